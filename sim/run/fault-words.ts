/**
 * What a step of `chaos` does, in the words of a person who tells of it: `partition: rabbit1 | rabbit2 rabbit3`, `kill rabbit1`. Made
 * from the typed action, so that a row of the scenario and the same step drawn by a nemesis read alike. When it happened is left to
 * whoever tells it, and so is the row's notation: the report shows the file.
 */
import type { AmqpCall, ChaosAction } from '../scenario/chaos-model.ts';
import type { Duration } from '../scenario/model.ts';

/** Characters of a text; what is longer is cut, and ends with an ellipsis. */
const CHARACTERS_MAX = 120;

export interface FaultWords {
  /** What is done: `freeze rabbit1 for 16 s`. */
  readonly began: string;
  /** How its end reads, for what lasts: `rabbit1 is no longer frozen`. */
  readonly ended: string;
}

/** The words for an action; `forUs` is how long it is to last, null if nothing limits it. */
export function faultWords(action: ChaosAction, forUs: number | null): FaultWords {
  const [began, ended] = wordsOf(action);
  const limit = forUs === null || ended === '' ? '' : ` for ${durationText(forUs)}`;
  return { began: bounded(began, limit), ended: bounded(ended, '') };
}

/** What begins and how it ends; the second is empty for what is over at once. */
function wordsOf(action: ChaosAction): readonly [began: string, ended: string] {
  switch (action.verb) {
    case 'partition': {
      const sides = action.groups.map((group) => group.join(' ')).join(' | ');
      return [`partition: ${sides}`, `the partition ${sides} ends`];
    }
    case 'cut': {
      const link = between(action.between);
      return [`cut the link ${link}`, `the link ${link} is back`];
    }
    case 'cut_one_way': {
      const way = `from ${action.from} to ${action.to}`;
      return [`cut the way ${way}`, `the way ${way} is back`];
    }
    case 'delay':
      return degraded(`delay of ${spread(action.latency)}`, action.between);
    case 'drop':
      return degraded(`loss of ${rounded(action.loss * 100)} %`, action.between);
    case 'throttle':
      return degraded(`limit of ${bitRate(action.bandwidthBitsPerSecond)}`, action.between);
    case 'heal':
      return [
        action.pairs === null
          ? 'heal every link'
          : `heal the link ${action.pairs.map(between).join(' and ')}`,
        '',
      ];
    case 'reset':
      return [`reset the connection ${between(action.between)}`, ''];
    case 'cut_clients': {
      const nodes = listed(action.nodes);
      return [`cut clients off from ${nodes}`, `clients reach ${nodes} again`];
    }
    case 'kill':
      return [`kill ${listed(action.nodes)}`, ''];
    case 'power_off':
      return [`power off ${listed(action.nodes)}`, ''];
    case 'start':
      return [`start ${listed(action.nodes)}`, ''];
    case 'freeze':
      return [
        `freeze ${listed(action.nodes)}`,
        `${listed(action.nodes)} ${verb(action.nodes, 'wakes', 'wake')} up`,
      ];
    case 'unfreeze':
      return [`unfreeze ${listed(action.nodes)}`, ''];
    case 'crash_queue':
      return [`crash the process of ${action.queue} on ${action.on}`, ''];
    case 'suspend':
      return [
        `suspend the process ${action.process} on ${action.on}`,
        `the process ${action.process} on ${action.on} goes on`,
      ];
    case 'amqp':
      return [`${callText(action.call)} via ${action.via}`, ''];
    case 'rabbitmqctl':
    case 'rabbitmq-queues':
    case 'rabbitmq-upgrade':
    case 'rabbitmq-diagnostics':
      return [`${action.verb} ${action.command} on ${action.on}`, ''];
    case 'kill_client':
      return [`kill client ${listed(action.workloads)}`, ''];
    case 'freeze_client': {
      const clients = listed(action.workloads);
      return [`freeze client ${clients}`, `client ${clients} ${verb(action.workloads, 'wakes', 'wake')} up`];
    }
    case 'slow_disk':
      return [
        `slow disk on ${action.node}, ${spread(action.fsync)} for an fsync`,
        `the disk of ${action.node} is as fast as before`,
      ];
    case 'fill_disk':
      return [
        `fill the disk of ${listed(action.nodes)}`,
        `the disk of ${listed(action.nodes)} has room again`,
      ];
    case 'fill_memory':
      return [
        `fill the memory of ${listed(action.nodes)}`,
        `the memory of ${listed(action.nodes)} has room again`,
      ];
    case 'rolling_restart':
      return [
        `rolling restart of ${listed(action.nodes)}, each down for ${durationText(action.downtimeUs)}`,
        'the rolling restart is done',
      ];
    case 'nemesis':
      return [`nemesis: ${action.kinds.join(', ')}`, ''];
  }
}

function degraded(what: string, ends: readonly [string, string]): readonly [string, string] {
  const link = between(ends);
  return [`${what} ${link}`, `the ${what.split(' ', 1)[0]} ${link} ends`];
}

function callText(call: AmqpCall): string {
  switch (call.method) {
    case 'queue.bind':
    case 'queue.unbind':
      return `${call.method} ${call.queue} ${call.exchange} ${call.routingKey}`.trimEnd();
    case 'exchange.bind':
    case 'exchange.unbind':
      return `${call.method} ${call.destination} ${call.source} ${call.routingKey}`.trimEnd();
    case 'exchange.declare':
    case 'exchange.delete':
      return `${call.method} ${call.exchange}`;
    case 'tx.select':
    case 'tx.commit':
    case 'tx.rollback':
      return call.method;
    case 'basic.publish':
      return `${call.method} ${call.exchange === '' ? '' : `${call.exchange} `}${call.routingKey}`;
    default:
      return `${call.method} ${call.queue}`;
  }
}

function between([a, b]: readonly [string, string]): string {
  return `between ${a} and ${b}`;
}

function verb(names: readonly string[], one: string, many: string): string {
  return names.length === 1 ? one : many;
}

function listed(names: readonly string[]): string {
  return names.join(', ');
}

function spread(duration: Duration): string {
  if (duration.kind === 'fixed') return durationText(duration.us);
  return `${durationText(duration.medianUs)} (99 of 100 within ${durationText(duration.p99Us)})`;
}

function durationText(us: number): string {
  if (us >= 1_000_000) return `${rounded(us / 1_000_000)} s`;
  return us >= 1_000 ? `${rounded(us / 1_000)} ms` : `${us} us`;
}

function bitRate(bits: number): string {
  if (bits >= 1_000_000) return `${rounded(bits / 1_000_000)} Mbit/s`;
  return bits >= 1_000 ? `${rounded(bits / 1_000)} kbit/s` : `${bits} bit/s`;
}

function rounded(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}

/** On one line, and cut from the text so that `tail` is never lost. */
function bounded(text: string, tail: string): string {
  const characters = [...text.replaceAll(/\s+/gu, ' ')];
  const room = CHARACTERS_MAX - tail.length;
  const kept = characters.length <= room ? characters.join('') : `${characters.slice(0, room - 1).join('')}…`;
  return kept + tail;
}
