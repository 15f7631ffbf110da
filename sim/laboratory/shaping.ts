/**
 * How wide the links between nodes are: token buckets of traffic control at the switch's port towards each node, one for each node
 * that sends. Clients are not shaped. What does not fit waits in a queue as a small router has it; what does not fit there
 * is dropped, and TCP, which sends it again, slows down.
 * Left out: latency and jitter, for which kernels need a queueing discipline (netem) that small ones lack.
 */
import type { NodeAddress } from './addresses.ts';

/** A narrow link: from, to, bits a second. */
export interface Width {
  readonly from: NodeAddress;
  readonly to: NodeAddress;
  readonly bitsPerSecond: number;
}

const queueBytes = 65_536;
/** A bucket holds what comes between two interrupts, and no whole large segment of a narrow link. */
const burstBytesLeast = 4_096;
const interruptsPerSecond = 100;
const unlimited = '10gbit';

/** Words for `tc`, one list a command, to be run in order in the switch's namespace: they replace what was there. */
export function shapingCommands(port: string, widths: readonly Width[]): readonly (readonly string[])[] {
  const clear = ['qdisc', 'replace', 'dev', port, 'root', 'pfifo'];
  if (widths.length === 0) return [clear];
  const commands: string[][] = [clear, ['qdisc', 'replace', 'dev', port, 'root', 'handle', '1:', 'htb']];
  for (const { from, bitsPerSecond } of widths) {
    const { index, ip } = from;
    const id = `1:${index}`;
    const burst = Math.max(burstBytesLeast, Math.ceil(bitsPerSecond / 8 / interruptsPerSecond));
    commands.push(
      ['class', 'add', 'dev', port, 'parent', '1:', 'classid', id, 'htb', 'rate', unlimited],
      [
        ...['qdisc', 'add', 'dev', port, 'parent', id, 'handle', `${index}0:`, 'tbf'],
        ...['rate', `${bitsPerSecond}bit`, 'burst', `${burst}b`, 'limit', `${queueBytes}b`],
      ],
      [
        ...['filter', 'add', 'dev', port, 'parent', '1:', 'protocol', 'ip', 'prio', '1'],
        ...['u32', 'match', 'ip', 'src', `${ip}/32`, 'flowid', id],
      ],
    );
  }
  return commands;
}
