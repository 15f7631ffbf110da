/**
 * What happened to one message as a sequence diagram of the processes it passed: its publisher, channels, replicas of queues,
 * consumers. Records say where something happened and not who sent what; the sender is the one that rules let send: a channel to the
 * replicas, a replica to the channel that routed, a leader to a consumer.
 */
import type { Journal, RecordType } from '../../kernel/journal.ts';
import * as messages from '../../records/messages.ts';
import { namedRecord } from './named-record.ts';
import { SequenceDiagram } from './mermaid-text.ts';

/** More arrows than this are no picture. */
const stepsMax = 400;

type Fields = Readonly<Record<string, string>>;

export class MermaidMessage {
  private readonly id: string;
  private readonly diagram = new SequenceDiagram();
  private steps = 0;
  /** Where the message was routed last, and the leader of each queue that had it last. */
  private channel = 0;
  private readonly leaders = new Map<string, number>();

  /** `id` as results have it: `shop-17`. */
  constructor(id: string) {
    this.id = id;
  }

  /** Whether anything happened to it. */
  get isKnown(): boolean {
    return this.steps > 0;
  }

  listen(journal: Journal): void {
    journal.onAny((type, timeUs, ...slots) => {
      if (!concerns(type, slots, journal, this.id)) return;
      this.steps += 1;
      if (this.steps > stepsMax) return;
      const { time: _, ...rendered } = namedRecord(type, timeUs, slots, journal);
      const told = Object.entries(rendered).map(([name, value]) => [name, String(value)]);
      this.step(type, timeUs, Object.fromEntries(told) as Fields);
    });
  }

  toString(): string {
    if (this.steps > stepsMax)
      return `%% the first ${stepsMax} of ${this.steps} steps\n${this.diagram.toString()}`;
    return this.diagram.toString();
  }

  private step(type: RecordType, timeUs: number, told: Fields): void {
    const { diagram } = this;
    const { record = '', workload = '', queue = '', node = '', role = 'leader', rule = '' } = told;
    const because = rule === '' ? '' : ` (${rule})`;
    const flagged = told['redelivered'] === 'true' ? ', flagged redelivered' : '';
    const channelOn = (): number => diagram.participant(`channel on ${node}`);
    const replicaOn = (): number => diagram.participant(`${queue} ${role} on ${node}`);
    const client = (): number => diagram.participant(workload);
    switch (type) {
      case messages.published: {
        const from = client();
        this.channel = channelOn();
        const again = told['attempt'] === '1' ? '' : ` again, attempt ${told['attempt']}`;
        return diagram.arrow(timeUs, from, this.channel, `publishes ${this.id}${again}`);
      }
      case messages.routed:
        this.channel = channelOn();
        return diagram.note(timeUs, this.channel, this.channel, `routes it to ${queue}`);
      case messages.delegated: {
        const delegate = diagram.participant(`delegate_${told['delegate']} on ${node}`);
        const what = `hands it on to ${told['receivers']} processes`;
        return diagram.arrow(timeUs, this.channel, delegate, what);
      }
      case messages.copyStored: {
        const place = replicaOn();
        if (role === 'leader') this.leaders.set(queue, place);
        return diagram.arrow(timeUs, this.channel, place, `takes it in (${told['how']})`);
      }
      case messages.copyConfirmed:
        return diagram.arrow(timeUs, replicaOn(), this.channel, 'confirms');
      case messages.confirmed:
        return diagram.arrow(timeUs, channelOn(), client(), 'basic.ack');
      case messages.nacked:
        return diagram.arrow(timeUs, channelOn(), client(), 'basic.nack');
      case messages.returned:
        return diagram.arrow(timeUs, channelOn(), client(), 'basic.return');
      case messages.delivered: {
        const from = this.leaders.get(queue) ?? channelOn();
        return diagram.arrow(timeUs, from, client(), `delivers it through ${node}${flagged}`);
      }
      case messages.acked:
        return diagram.arrow(timeUs, client(), this.leaders.get(queue) ?? this.channel, 'acknowledges');
      case messages.rejectSent:
        return diagram.arrow(timeUs, client(), this.leaders.get(queue) ?? this.channel, 'rejects');
      case messages.copyTaken:
        this.leaders.set(queue, replicaOn());
        return diagram.note(timeUs, replicaOn(), replicaOn(), `hands it to a consumer's channel${flagged}`);
      case messages.copyDestroyed:
        return diagram.note(timeUs, replicaOn(), replicaOn(), `loses it: ${told['why']}${because}`);
      case messages.drained:
        return diagram.arrow(timeUs, replicaOn(), diagram.participant('drain'), 'is emptied');
      default: {
        const words = record.replaceAll('_', ' ') + because;
        const place = workload !== '' ? client() : queue !== '' ? replicaOn() : channelOn();
        return diagram.note(timeUs, place, place, words);
      }
    }
  }
}

/** Whether a field of the record is the message with this id. */
function concerns(type: RecordType, slots: readonly number[], journal: Journal, id: string): boolean {
  let slot = 0;
  for (const field of type.fields) {
    if (field.type === 'message') {
      const suffix = `-${slots[slot + 1]}`;
      if (id.endsWith(suffix) && `${journal.text(slots[slot] ?? 0)}${suffix}` === id) return true;
      slot += 1;
    }
    slot += 1;
  }
  return false;
}
