/** A mirror carries out what the leader broadcast (MIR-10): one instruction after the other, waiting where it must. */
import { rule } from '../../rules/registry.ts';
import type { Discard, Drop, Instruction, Publish, Settle } from './instructions.ts';
import type { Mirror } from './mirror.ts';

const MIR_34 = rule('MIR-34');
const NONE: readonly number[] = [];

/** Executes the instructions from that index on; `done` follows unless the mirror ends. */
export function execute(
  mirror: Mirror,
  instructions: readonly Instruction[],
  from: number,
  done: () => void,
): void {
  for (let i = from; i < instructions.length; i += 1) {
    const becameSynchronised = executeOne(mirror, instructions[i]!);
    if (!mirror.process.alive) return;
    if (becameSynchronised) {
      mirror.recordSynchronised(() => execute(mirror, instructions, i + 1, done));
      return;
    }
  }
  done();
}

/** True when the mirror holds all that the leader holds from this instruction on. */
function executeOne(mirror: Mirror, instruction: Instruction): boolean {
  switch (instruction.type) {
    case 'publish':
    case 'publish_delivered':
      publish(mirror, instruction);
      return false;
    case 'discard':
      receive(mirror, instruction);
      mirror.content.discard(instruction.message, instruction.channel);
      return false;
    case 'drop':
      return drop(mirror, instruction);
    case 'ack': {
      const removed = mirror.content.ack(takeAcks(mirror, instruction));
      return mirror.shrinkDelta(instruction.serials.length - removed.length);
    }
    case 'requeue':
      mirror.content.requeue(takeAcks(mirror, instruction));
      return false;
    case 'depth':
      return mirror.setDelta(instruction.depth - mirror.content.depth);
    case 'sender_death':
      mirror.senders.leaderSawDeath(instruction.channel);
      return false;
    case 'delete_and_terminate':
      mirror.deleteContent('mirrors_stopped', instruction.rule);
      mirror.process.exit('normal');
      return false;
    default:
      return false;
  }
}

function receive(mirror: Mirror, instruction: Publish | Discard): void {
  if (instruction.message.flow) mirror.process.credit.acknowledge(mirror.process, instruction.channel);
  mirror.senders.note(instruction.channel);
  mirror.pairing.broadcast(instruction);
}

function publish(mirror: Mirror, instruction: Publish): void {
  receive(mirror, instruction);
  const { message, properties, channel } = instruction;
  mirror.context.vm.cite(MIR_34);
  mirror.journal.stored(message, 'gm');
  if (instruction.type === 'publish') {
    mirror.content.publish(message, properties, true, channel);
    return;
  }
  if (mirror.content.length > 0) {
    mirror.crash();
    return;
  }
  mirror.acks.set(message.serial, mirror.content.publishDelivered(message, properties, channel));
}

function drop(mirror: Mirror, { length, count, ackRequired }: Drop): boolean {
  let dropped = 0;
  while (mirror.content.length > length) {
    const { message, ackTag } = mirror.content.fetch(ackRequired)!;
    if (ackRequired) mirror.acks.set(message.serial, ackTag);
    dropped += 1;
  }
  return !ackRequired && mirror.shrinkDelta(count - dropped);
}

/** Numbers in our queue of the messages meant; those we never had are passed over. */
function takeAcks(mirror: Mirror, { serials }: Settle): readonly number[] {
  if (serials.length === 1) {
    const ackTag = takeAck(mirror, serials[0]!);
    return ackTag === undefined ? NONE : [ackTag];
  }
  const ackTags: number[] = [];
  for (const serial of serials) {
    const ackTag = takeAck(mirror, serial);
    if (ackTag !== undefined) ackTags.push(ackTag);
  }
  return ackTags;
}

function takeAck(mirror: Mirror, serial: number): number | undefined {
  const ackTag = mirror.acks.get(serial);
  if (ackTag !== undefined) mirror.acks.delete(serial);
  return ackTag;
}
