// The real arm on a real cluster, once and short: brokers form a cluster, messages pass, a killed node is missed, and nothing stays behind.
// It starts brokers as root, so it runs in CI, where it fails if it cannot, and elsewhere only when asked to.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Recording } from '../../sim/conformance/recording.ts';
import { recordOnRealCluster } from '../../sim/laboratory/laboratory.ts';
import type { Scenario } from '../../sim/scenario/model.ts';
import { scenarioWith } from './scenario.ts';

const isWanted = process.env['CI'] !== undefined || process.env['WATERSHIP_REAL'] === '1';
const skipped = isWanted ? '' : ' (skipped: it starts real brokers; set WATERSHIP_REAL=1)';

/** Brokers boot in seconds, on a machine that does other work in many. */
const limitMs = 400_000;

const scenario = scenarioWith(
  `net_ticktime: 5s
policies: [{ name: ha, pattern: "^ha", definition: { ha-mode: all, ha-sync-mode: automatic } }]
queues: [{ name: ha.q, durable: true, declare_on: rabbit1 }]
workloads:
  - { name: pub, publish: { routing_key: ha.q, via: rabbit2, rate: 50/s, start: 500ms, stop: 7s, confirms: true } }
  - { name: con, consume: { queue: ha.q, via: rabbit2, prefetch: 10, start: 500ms } }
chaos:
  - { at: 3s, kill: rabbit1 }
settle: 3s
`,
  '[rabbit1, rabbit2]',
);

/** Everything that stands around a cluster at once: another cluster, a shovel, a proxy, a virtual host, calls and a transaction. */
const surroundings = scenarioWith(
  `vhosts: [{ name: shop }]
users: [{ name: clerk }]
permissions: [{ user: clerk, vhost: shop, configure: "", write: ".*", read: "" }]
queues:
  - { name: orders, durable: true, cluster: [east, west] }
  - { name: calls, durable: true }
  - { name: in-shop, vhost: shop, durable: true }
proxies: [{ name: lb, servers: [east1] }]
parameters: [{ component: shovel, name: s, value: { src-uri: "amqp://", src-queue: orders, dest-uri: "amqp://west1", dest-queue: orders } }]
workloads:
  - { name: pub, publish: { routing_key: orders, via: lb, messages: 20, transaction: 10 } }
  - { name: caller, rpc: { role: client, queue: calls, via: east1, messages: 5 } }
  - { name: server, rpc: { role: server, queue: calls, via: east1 } }
  - { name: clerk, publish: { routing_key: in-shop, user: clerk, vhost: shop, via: east1, messages: 7, confirms: true } }
settle: 4s
`,
  '{ east1: { cluster: east }, west1: { cluster: west } }',
);

function expectNothingLeft(): void {
  expect(execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })).not.toContain('watership');
  expect(existsSync('/var/lib/watership-laboratory')).toBe(false);
}

/** As a user does it: what is bundled has its own way of loading the client library. */
function recordByProgram({ source }: Scenario): Recording {
  const folder = mkdtempSync(path.join(tmpdir(), 'watership-real-'));
  const [file, out] = [path.join(folder, 'mirrored.yaml'), path.join(folder, 'recording.json')];
  writeFileSync(file, source.text);
  const program = fileURLToPath(new URL('../../dist/program/main.js', import.meta.url));
  const { stderr } = spawnSync(execPath, [program, 'conform', file, '--repeat', '1', '--out', out], {
    encoding: 'utf8',
  });
  if (!existsSync(out)) throw new Error(stderr);
  const recording = JSON.parse(readFileSync(out, 'utf8')) as Recording;
  rmSync(folder, { recursive: true });
  return recording;
}

const recordOnce = (of: Scenario) => recordOnRealCluster(of, { repeats: 1 });

test.skipIf(!isWanted)(
  `two clusters, a shovel, a proxy, a virtual host, calls and a transaction on real brokers${skipped}`,
  async () => {
    const { figures, queue_figures, workload_figures } = await recordOnce(surroundings);
    expect(queue_figures['orders@west']).toMatchObject({ drained_deliveries: [20] });
    expect(queue_figures['shop/in-shop']).toMatchObject({ drained_deliveries: [7] });
    expect(workload_figures).toMatchObject({
      pub: { confirmed: [20] },
      server: { delivered: [5], published: [5] },
      caller: { published: [5], delivered: [5] },
    });
    expect(figures).toMatchObject({ never_seen: [0], duplicated: [0] });
    expectNothingLeft();
  },
  limitMs,
);

test.skipIf(!isWanted)(
  `a mirrored queue survives its leader's node on two real brokers, by the built program${skipped}`,
  () => {
    const recording = recordByProgram(scenario);
    expect(recording.broker).toMatch(/^RabbitMQ 3\.10\.\d+, Erlang\/OTP 25/);
    expect(recording.figures).toMatchObject({ confirmed_lost: [0], unconfirmed_lost: [0] });
    expect(recording.figures['published']![0]).toBeGreaterThan(300);
    expect(recording.answers['rabbit2 nodedown rabbit1']).toEqual({ '1': 1 });
    expect(recording.answers['rabbit2 queue_promoted ha.q']).toEqual({ '1': 1 });
    expect(recording.answers['at the end: state of rabbit1']).toEqual({ down: 1 });
    expect(recording.answers['at the end: ha.q as rabbit2 sees it']).toEqual({
      'master rabbit2, mirrors [], synchronised []': 1,
    });
    expectNothingLeft();
  },
  limitMs,
);
