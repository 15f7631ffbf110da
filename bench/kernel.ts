/**
 * The kernel's workloads. Run as a process of its own for each measurement (`node dist/bench/kernel.js hold-1000 ours`),
 * because V8 compiles a function for the shapes it has seen: in one process the two engines would slow each other down.
 * Prints JSON: CPU nanoseconds an event, and a checksum of the order in which events ran, which both must agree on.
 *
 * Delays come from a table drawn beforehand, so that what is measured is the kernel and not the random numbers.
 */
import { argv, cpuUsage, exit, stdout } from 'node:process';
import { Priority, Simulation } from '../sim/kernel/simulation.ts';
import { RandomStream } from '../sim/kernel/random.ts';
import { ReferenceSimulation } from './reference-heap.ts';

interface Engine<Handle> {
  readonly nowUs: number;
  operation(handler: (a: number, b: number) => void): number;
  schedule(delayUs: number, priority: number, operation: number, a: number, b: number): Handle;
  cancel(handle: Handle): boolean;
  run(limits: { untilUs: number; maxEvents: number }): unknown;
}

/** Sets the workload up on an engine and returns a function that reads its checksum. */
type Workload = <Handle>(engine: Engine<Handle>) => () => number;

const TABLE = 65_536;

function delayTable(draw: (random: RandomStream) => number): Int32Array {
  const random = new RandomStream('bench');
  return Int32Array.from({ length: TABLE }, () => draw(random));
}

/** The hold model: each event schedules another, `pending` at a time, after an exponential delay of one second on average. */
function hold(pending: number): Workload {
  return (engine) => {
    const delaysUs = delayTable((random) => random.exponentialUs(1_000_000));
    let checksum = 0;
    let turn = 0;
    const next = engine.operation((a, b) => {
      checksum = (Math.imul(checksum, 31) + a) | 0;
      turn = (turn + 1) & (TABLE - 1);
      engine.schedule(delaysUs[turn]!, Priority.timer, next, a, b + 1);
    });
    for (let i = 0; i < pending; i += 1) {
      engine.schedule(delaysUs[i & (TABLE - 1)]!, Priority.timer, next, i, 0);
    }
    return () => checksum;
  };
}

/** A thousand connections: every 100 ms something arrives at each, which pushes back its time-out of five seconds. */
const churn: Workload = <Handle>(engine: Engine<Handle>) => {
  const delaysUs = delayTable((random) => random.exponentialUs(100_000));
  let checksum = 0;
  let turn = 0;
  const timeOut = engine.operation((connection) => {
    checksum = (checksum + connection) | 0;
    timers[connection] = engine.schedule(5_000_000, Priority.timer, timeOut, connection, 0);
  });
  const arrive = engine.operation((connection) => {
    checksum = (Math.imul(checksum, 31) + connection) | 0;
    turn = (turn + 1) & (TABLE - 1);
    engine.cancel(timers[connection]!);
    timers[connection] = engine.schedule(5_000_000, Priority.timer, timeOut, connection, 0);
    engine.schedule(delaysUs[turn]!, Priority.network, arrive, connection, 0);
  });
  const timers: Handle[] = [];
  for (let connection = 0; connection < 1000; connection += 1) {
    timers.push(engine.schedule(5_000_000, Priority.timer, timeOut, connection, 0));
    engine.schedule(delaysUs[connection]!, Priority.network, arrive, connection, 0);
  }
  return () => checksum;
};

/**
 * A thousand processes with a thousand messages among them: whoever gets one passes one on, three times in four to a
 * process of the same host (now), else across a network (200 to 700 µs).
 */
const messages: Workload = (engine) => {
  const delaysUs = delayTable((random) => (random.chance(0.75) ? 0 : random.uniformUs(200, 700)));
  const peers = delayTable((random) => random.integer(1000));
  const received = new Int32Array(1000);
  let checksum = 0;
  let turn = 0;
  const receive = engine.operation((process, message) => {
    received[process]! += 1;
    checksum = (Math.imul(checksum, 31) + process + message) | 0;
    turn = (turn + 1) & (TABLE - 1);
    const delayUs = delaysUs[turn]!;
    engine.schedule(
      delayUs,
      delayUs === 0 ? Priority.process : Priority.network,
      receive,
      peers[turn]!,
      message,
    );
  });
  for (let process = 0; process < 1000; process += 1) {
    engine.schedule(delaysUs[process]!, Priority.process, receive, process, process);
  }
  return () => checksum;
};

const workloads: Record<string, Workload> = {
  'hold-1000': hold(1000),
  'hold-100000': hold(100_000),
  churn,
  messages,
};

function measure<Handle>(engine: Engine<Handle>, workload: Workload, events: number): void {
  const checksum = workload(engine);
  // Half as many again before the clock starts: compilation and the first filling are not the subject.
  engine.run({ untilUs: Infinity, maxEvents: events / 2 });
  const before = cpuUsage();
  engine.run({ untilUs: Infinity, maxEvents: events });
  const used = cpuUsage(before);
  const cpuNsPerEvent = ((used.user + used.system) * 1000) / events;
  stdout.write(`${JSON.stringify({ cpuNsPerEvent, checksum: checksum(), nowUs: engine.nowUs })}\n`);
}

const [, , name = '', engineName = '', events = '1000000'] = argv;
const workload = workloads[name];
if (workload === undefined || (engineName !== 'ours' && engineName !== 'reference')) exit(2);
if (engineName === 'ours') measure(new Simulation({ seed: 'bench' }), workload, Number(events));
else measure(new ReferenceSimulation(), workload, Number(events));
