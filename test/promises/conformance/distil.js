/**
 * Distils what the laboratory recorded on a real cluster (`ground-truth/NAME.observed.json`) into the recordings of this folder,
 * in the words of the result format:
 *
 *     node test/promises/conformance/distil.js LABORATORY_FOLDER
 *
 * The same input gives the same files. A recording keeps, for each repeat, the figures, the latency of confirms and the times of
 * the nodes' events; and for each question ("did rabbit2 promote ha.q, how often?") how many repeats gave which answer. Left out is what the
 * simulator has no counterpart for: what single nodes logged about mirrors they added and synchronisations they began (our words name the
 * mirror, the log named who logged), tables waited for, steps inside autoheal, which node a drain went through.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const target = path.join(import.meta.dirname, 'experiments');

/** Figures that are counted alike on both sides: [there, here]. */
const FIGURES = [
  ['published', 'published'],
  ['publishes', 'publishes'],
  ['skipped_while_disconnected', 'skipped_while_disconnected'],
  ['confirmed', 'confirmed'],
  ['nacked', 'nacked'],
  ['returned', 'returned'],
  ['delivered', 'delivered'],
  ['delivered_unique', 'delivered_unique'],
  ['redelivered_flag', 'redelivered'],
  ['acked', 'acked'],
  ['delivered_after_ack', 'delivered_after_ack'],
  ['duplicated', 'duplicated'],
  ['drained', 'drained_deliveries'],
  ['confirmed_lost', 'confirmed_lost'],
  ['unconfirmed_lost', 'unconfirmed_lost'],
  ['out_of_order', 'out_of_order'],
];
const HERE = new Map(FIGURES);

/** Log lines between two nodes: [there, here]. */
const PEER_EVENTS = new Map([
  ['nodedown', 'nodedown'],
  ['nodeup', 'nodeup'],
  ['rabbit_down', 'rabbit_down'],
  ['rabbit_up', 'rabbit_up'],
  ['partition_detected', 'partition_detected'],
  ['partial_partition', 'partial_partition_detected'],
  ['intentional_disconnect', 'intentional_disconnect'],
]);

/** Log lines of one node. A pause is logged once for each nodedown that asks for it, so these are only asked yes or no. */
const NODE_EVENTS = new Map([
  ['pause', 'node_paused'],
  ['stopped', 'application stopped'],
  ['started', 'application started'],
  ['autoheal_finished', 'autoheal_finished'],
]);

const AMQP_METHODS = new Map([
  ['declare', 'queue.declare'],
  ['declare_passive', 'queue.declare'],
  ['delete', 'queue.delete'],
  ['purge', 'queue.purge'],
  ['get', 'basic.get'],
]);

const REPLY_CODES = new Map([
  ['NOT_FOUND', '404'],
  ['RESOURCE_LOCKED', '405'],
  ['PRECONDITION_FAILED', '406'],
  ['timeout', 'none'],
]);

/** Every node logs an alarm of any; the one that has it logs it first. */
const ALARM = /^(\w+): alarm_(set|cleared) (\w+) x(\d+)$/;

function isHeardOf(sentence, latencies) {
  const [, node, , resource] = ALARM.exec(sentence) ?? [];
  if (node === undefined) return false;
  const firsts = Object.entries(latencies)
    .map(([key, { t_min }]) => [/^(\w+): alarm_set (\w+) #1$/.exec(key), t_min])
    .filter(([match]) => match?.[2] === resource)
    .toSorted(([, a], [, b]) => a - b);
  return firsts[0]?.[0][1] !== node;
}

/** What a sentence of the laboratory answers to which question, or null where there is no counterpart: [question, answer] pairs. */
function questions(sentence) {
  let match;
  if ((match = /^(\w+) (= 0|> 0)$/.exec(sentence)) && HERE.has(match[1]))
    return [[`figure ${HERE.get(match[1])}`, sign(match[2])]];
  if ((match = /^(\S+): (\w+) (= 0|> 0)$/.exec(sentence)) && HERE.has(match[2]))
    return [[`figure ${HERE.get(match[2])} of ${match[1]}`, sign(match[3])]];
  if (sentence === 'every published message was confirmed') return [['every message was confirmed', 'yes']];
  if ((match = /^final (\w+): (.*)$/.exec(sentence))) return endOfNode(match[1], match[2]);
  if ((match = /^final (\w+) sees (\S+): (.*)$/.exec(sentence)))
    return endOfQueue(match[1], match[2], match[3]);
  if ((match = ALARM.exec(sentence))) return [[`${match[1]} alarm_${match[2]} ${match[3]}`, match[4]]];
  if ((match = /^(\S+): (blocked|unblocked)(?: \(.*\))? x(\d+)$/.exec(sentence)))
    return [[`${match[1]} connection_${match[2]}`, match[3]]];
  if ((match = /^(\S+): (\w+)(?: (\S+))? x(\d+)$/.exec(sentence))) return logged(match);
  if ((match = /^(\w+): autoheal_decision winner (\w+) x(\d+)$/.exec(sentence)))
    return [[`autoheal_winner ${match[2]}`, match[3]]];
  if ((match = /^(\w+): connection lost \((.*)\) x(\d+)$/.exec(sentence)))
    return [
      [
        `${match[1]} connection_lost ${match[2].startsWith('CONNECTION_FORCED') ? '320' : 'without a word'}`,
        match[3],
      ],
    ];
  if ((match = /^(\w+): cancelled by server x(\d+)$/.exec(sentence)))
    return [[`${match[1]} consumer_cancelled`, match[2]]];
  if ((match = /^(\w+): rabbitmqctl (\w+).* at \d+s -> (.*)$/.exec(sentence)))
    return [[`rabbitmqctl ${match[2]} on ${match[1]}`, match[3] === 'ok' ? 'ok' : 'refused']];
  if ((match = /^(\w+): (\w+) \S+ at (\d+)s -> (.*)$/.exec(sentence)) && AMQP_METHODS.has(match[2])) {
    const reply = REPLY_CODES.get(match[4].split(' ')[0]) ?? '200';
    return [[`${AMQP_METHODS.get(match[2])} via ${match[1]} asked at ${match[3]} s`, reply]];
  }
  return null;
}

function logged([, node, event, detail, count]) {
  if (PEER_EVENTS.has(event)) return [[`${node} ${PEER_EVENTS.get(event)} ${detail}`, count]];
  if (NODE_EVENTS.has(event)) return [[`${node} ${NODE_EVENTS.get(event)}`, 'yes']];
  if (event === 'promote') return [[`${node} queue_promoted ${detail}`, count]];
  if (event === 'autoheal_selected_to_restart') return [[`${node} node_restarting`, 'yes']];
  return null;
}

function sign(text) {
  return text === '= 0' ? 'zero' : 'some';
}

function endOfNode(node, text) {
  if (text === 'down') return [[`at the end: state of ${node}`, 'down']];
  if (text === 'up, application stopped') return [[`at the end: state of ${node}`, 'stopped']];
  const [, sees, partitions] = /^running, sees (\S+), partitions \[(.*)\]$/.exec(text);
  const answers = [
    [`at the end: state of ${node}`, 'running'],
    [`at the end: ${node} sees running`, sees],
  ];
  // A node monitor that is busy does not answer.
  if (partitions !== 'unknown') answers.push([`at the end: ${node} reports partitions`, `[${partitions}]`]);
  return answers;
}

function endOfQueue(node, queue, text) {
  const down = /^(?:noinfo|down), leader (\w+)$/.exec(text);
  if (down) return [[`at the end: ${queue} as ${node} sees it`, `down, master ${down[1]}`]];
  const classic = /^leader (\w+), mirrors (\S+), synchronised (\S+), running$/.exec(text);
  if (classic === null) return null;
  return [
    [
      `at the end: ${queue} as ${node} sees it`,
      `master ${classic[1]}, mirrors ${classic[2]}, synchronised ${classic[3]}`,
    ],
  ];
}

/** How many of the repeats gave which answer. What a log does not say in some repeats happened there no time. */
function answersOf({ repeats, stable_facts, varying_facts, latencies }) {
  const sentences = [
    ...stable_facts.map((sentence) => [sentence, repeats]),
    ...Object.entries(varying_facts),
  ].filter(([sentence]) => !isHeardOf(sentence, latencies));
  const answers = new Map();
  for (const [sentence, count] of sentences) {
    for (const [question, answer] of questions(sentence) ?? []) {
      const given = answers.get(question) ?? {};
      given[answer] = (given[answer] ?? 0) + count;
      answers.set(question, given);
    }
  }
  for (const [question, given] of answers) {
    const missing = repeats - Object.values(given).reduce((sum, count) => sum + count, 0);
    if (missing > 0 && !question.startsWith('at the end')) given[absent(given)] = missing;
    // Two commands of one name on one node: what both answered.
    if (missing < 0)
      for (const answer of Object.keys(given)) given[answer] = Math.min(given[answer], repeats);
  }
  return Object.fromEntries(numbered([...answers]));
}

/** One-shot operations of one kind through one node are told apart by their order. */
function numbered(answers) {
  const asked = (question) => Number(/ asked at (\d+) s$/.exec(question)?.[1] ?? Number.NaN);
  const kind = (question) => question.replace(/ asked at .*$/, '');
  return answers.map(([question, given]) => {
    if (Number.isNaN(asked(question))) return [question, given];
    const earlier = answers.filter(
      ([other]) => kind(other) === kind(question) && asked(other) < asked(question),
    );
    return [`${kind(question)} #${earlier.length + 1}`, given];
  });
}

function absent(given) {
  return Object.keys(given).some((answer) => /^\d+$/.test(answer)) ? '0' : 'no';
}

/** Seconds at which nodes logged what, for each repeat in which they did. */
function timesOf({ latencies }) {
  const times = [];
  for (const [key, { t_s }] of Object.entries(latencies)) {
    const [, sentence, nth] = /^(.*) #(\d+)$/.exec(key);
    if (nth !== '1' || isHeardOf(`${sentence} x1`, latencies)) continue;
    const found = questions(`${sentence} x1`);
    if (found !== null && found[0][0].split(' ').length < 4 && !found[0][0].includes('connection_lost'))
      times.push([found[0][0], t_s]);
  }
  return Object.fromEntries(times);
}

/** How long command lines took, seconds. */
function commandsOf({ chaos_actual }) {
  const taken = chaos_actual.flat().filter(({ label }) => label.startsWith('rabbitmqctl'));
  return taken.map(({ took_ms }) => took_ms / 1000).filter((seconds) => !Number.isNaN(seconds));
}

function distil(observed, machine) {
  const { name, description, broker, repeats, metrics, queue_metrics, confirm_latency_ms } = observed;
  const latencies = confirm_latency_ms.filter(
    (latency) => latency?.p50 !== undefined && latency.p50 !== null,
  );
  return {
    name,
    description,
    broker,
    machine,
    repeats,
    figures: Object.fromEntries(
      FIGURES.filter(([there]) => metrics[there]).map(([there, here]) => [here, metrics[there].values]),
    ),
    queue_figures: Object.fromEntries(
      Object.entries(queue_metrics).map(([queue, figures]) => [
        queue,
        Object.fromEntries(
          Object.entries(figures)
            .filter(([there]) => HERE.has(there))
            .map(([there, { values }]) => [HERE.get(there), values]),
        ),
      ]),
    ),
    confirm_latency: {
      p50: latencies.map(({ p50 }) => p50 / 1000),
      p99: latencies.map(({ p99 }) => p99 / 1000),
    },
    answers: answersOf(observed),
    times: timesOf(observed),
    command_seconds: commandsOf(observed),
  };
}

/** One line for each entry of the outer objects: what changes shows in a diff. */
function print(recording) {
  const lines = Object.entries(recording).map(([key, value]) => {
    if (typeof value !== 'object' || Array.isArray(value))
      return `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    const inner = Object.entries(value).map(
      ([name, one]) => `    ${JSON.stringify(name)}: ${JSON.stringify(one)}`,
    );
    return `  ${JSON.stringify(key)}: {${inner.length === 0 ? '' : `\n${inner.join(',\n')}\n  `}}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}

const [source] = process.argv.slice(2);
if (source === undefined) throw new Error('usage: node distil.js LABORATORY_FOLDER');
const index = readFileSync(path.join(source, 'INDEX.md'), 'utf8');
mkdirSync(path.join(target, 'loaded'), { recursive: true });
const read = (file) => JSON.parse(readFileSync(path.join(source, file), 'utf8'));
for (const file of readdirSync(source)
  .filter((name) => name.endsWith('.yaml'))
  .toSorted()) {
  const name = file.slice(0, -'.yaml'.length);
  copyFileSync(path.join(source, file), path.join(target, file));
  const quiet = new RegExp(`^- \\*\\*${name}\\*\\* \\(\\d+ runs, quiet\\)`, 'm').test(index);
  const recording = distil(read(`${name}.observed.json`), quiet ? 'quiet' : 'busy');
  writeFileSync(path.join(target, `${name}.observed.json`), print(recording));
}
for (const file of readdirSync(path.join(source, 'loaded')).toSorted())
  writeFileSync(path.join(target, 'loaded', file), print(distil(read(`loaded/${file}`), 'busy')));
