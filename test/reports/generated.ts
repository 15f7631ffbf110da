/** Reports about runs of any size, without a simulation: records as a mirrored queue of three writes them, straight into a journal. */
import { logSteps } from '../../sim/ledger/lives.ts';
import { EventLog } from '../../sim/ledger/event-log.ts';
import { messageFlow } from '../../sim/ledger/message-flow.ts';
import type { RunReport } from '../../sim/ledger/run-report.ts';
import { Journal } from '../../sim/kernel/journal.ts';
import * as cluster from '../../sim/records/cluster.ts';
import * as messages from '../../sim/records/messages.ts';
import { sampleReport } from './sample.ts';

const STEPS = 10;
const EVERY_US = 1_000;

/** About so many events: messages of `shop` every millisecond, ten steps each, and an event of the cluster for every thousand of them. */
export function generatedReport(events: number): RunReport {
  const clock = { nowUs: 0 };
  const journal = new Journal(clock);
  const log = logSteps(journal);
  const eventLog = new EventLog(journal);
  const name = (text: string): number => journal.intern(text);
  const [shop, depot, q, one, two, three] = ['shop', 'depot', 'ha.q', 'rabbit1', 'rabbit2', 'rabbit3'].map(
    name,
  ) as [number, number, number, number, number, number];
  const [leader, mirror, publish, gm, why] = ['leader', 'mirror', 'publish', 'gm', 'net_tick_timeout'].map(
    name,
  ) as [number, number, number, number, number];
  journal.write(cluster.phase, name('workload'));
  const count = Math.floor(events / STEPS);
  // Steps of different messages interleave as they do in a run: a message's later half comes while others are at their first.
  for (let tick = 1; tick <= count + 50; tick += 1) {
    clock.nowUs = tick * EVERY_US;
    if (tick % 100 === 0) journal.write(cluster.nodedown, two, three, why);
    if (tick <= count) {
      journal.write(messages.published, shop, shop, tick, 1, one);
      journal.write(messages.routed, shop, tick, q, one);
      clock.nowUs += 100 + (tick % 7);
      journal.write(messages.copyStored, shop, tick, q, one, leader, publish);
      clock.nowUs += 40 + (tick % 13);
      journal.write(messages.copyStored, shop, tick, q, two, mirror, gm);
      journal.write(messages.copyStored, shop, tick, q, three, mirror, gm);
      journal.write(messages.confirmed, shop, shop, tick, one);
    }
    const old = tick - 50;
    if (old < 1) continue;
    journal.write(messages.copyTaken, shop, old, q, one, 0, 0);
    journal.write(messages.delivered, depot, shop, old, q, three, 0);
    journal.write(messages.acked, depot, shop, old, q);
    journal.write(messages.copyFinished, shop, old, q, one);
  }
  const sample = sampleReport();
  const flow = messageFlow({
    journal,
    log,
    livesLog: null,
    hasLife: () => false,
    publisherName: (number) => journal.text(number),
    groups: [],
  });
  return {
    ...sample,
    endUs: clock.nowUs + 1,
    messageLives: [],
    messageLivesTotal: 0,
    flow,
    events: eventLog.take(),
  };
}
