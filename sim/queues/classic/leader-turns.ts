/** Which message a leader takes first (OVR-2), and what each costs it. */
import type { CallMessage, DownMessage, Message, Pid } from '../../erlang/message.ts';
import type { Vm } from '../../erlang/vm.ts';
import { rule } from '../../rules/registry.ts';
import type { AckMessages, RejectMessages } from './leader-messages.ts';

const OVR_2 = rule('OVR-2');

/** Taking in one publish. */
const PUBLISH_COST_US = 40;
/** Settling: for the message that brings the tags, and for each tag. */
const SETTLE_COST_US = 15;
const SETTLE_EACH_COST_US = 5;
const CALL_COST_US = 10;

/** 0 to 9; `owner` is the connection that an exclusive queue goes with. */
export function priorityOf(message: Message, vm: Vm, owner: Pid | null): number {
  const content = message.type === '$call' ? (message as CallMessage).request : message;
  switch (content.type) {
    case 'info':
      return 9;
    case 'drop_expired':
    case 'maybe_expire':
      return 8;
    case 'stat':
      return 7;
    case 'run_backing_queue':
    case 'sync_timeout':
      return 6;
    case 'ack':
      vm.cite(OVR_2);
      return 4;
    case 'resume':
      return 3;
    // The real process raises these while publishes outnumber deliveries, which a backlog of publishes implies.
    case 'basic_consume':
    case 'basic_cancel':
    case 'notify_sent':
      return 2;
    case 'DOWN':
      return (content as DownMessage).target === owner ? 8 : 0;
    default:
      return 0;
  }
}

/** Processor time, without what handling it turns out to need. */
export function costUs(message: Message): number {
  switch (message.type) {
    case 'deliver':
      return PUBLISH_COST_US;
    case 'ack':
      return SETTLE_COST_US + SETTLE_EACH_COST_US * (message as AckMessages).ackTags.length;
    case 'reject':
      return SETTLE_COST_US + SETTLE_EACH_COST_US * (message as RejectMessages).ackTags.length;
    case '$call':
      return CALL_COST_US;
    default:
      return 0;
  }
}
