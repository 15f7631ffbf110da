/** Processor time of what a member does: estimates, of the size at which one queue takes some 20,000 messages a second (Ra's own benchmarks). */
import type { Message } from '../../erlang/message.ts';
import type { AppendEntries } from './raft-messages.ts';

const COMMAND_US = 15;
const RPC_US = 10;
const ENTRY_US = 8;

export function costOf(message: Message): number {
  switch (message.type) {
    case 'ra_command':
    case 'ra_return':
    case '$call':
      return COMMAND_US;
    case 'append_entries':
      return RPC_US + ENTRY_US * (message as AppendEntries).entries.length;
    case 'append_reply':
    case 'written':
      return RPC_US;
    default:
      return 0;
  }
}
