/** What a mirror's ring process does with what the ring brings, until the mirror is promoted or ends. */
import type { ExitReason, Message, Pid } from '../../erlang/message.ts';
import type { Coordinator } from './coordinator.ts';
import type { Gm } from './gm.ts';
import { RING_SHUTDOWN, type GmCallback } from './gm-messages.ts';
import type { Batch, Instruction, SyncStart } from './instructions.ts';

/** A call to the mirror, at priority 5 (OVR-2). */
export interface GmDeathsCall extends Message {
  readonly type: 'gm_deaths';
  readonly deaths: readonly Pid[];
  readonly reason: ExitReason;
}

/** The mirror's answer: who the ring process works for from now on, or null if nothing changes. */
export type GmDeathsAnswer = Coordinator | null;

export interface Joined extends Message {
  readonly type: 'joined';
}

export class MirrorCallback implements GmCallback {
  private readonly mirror: Pid;

  constructor(mirror: Pid) {
    this.mirror = mirror;
  }

  joined(gm: Gm): void {
    const joined: Joined = { type: 'joined' };
    gm.send(this.mirror, joined);
  }

  takeBatch(gm: Gm, batch: Batch): void {
    gm.send(this.mirror, batch);
  }

  takeOne(gm: Gm, instruction: Instruction): ExitReason | undefined {
    switch (instruction.type) {
      case 'hibernate_heartbeat':
      case 'process_death':
      case 'request_depth':
      case 'ensure_monitoring':
        return undefined;
      case 'sync_start':
        if (instruction.mirrors.includes(this.mirror)) gm.send(this.mirror, instruction satisfies SyncStart);
        return undefined;
      default: {
        const batch: Batch = {
          type: 'gm',
          number: -1,
          instructions: [instruction],
          bytes: 0,
          hasControl: instruction.type === 'delete_and_terminate',
        };
        gm.send(this.mirror, batch);
        return batch.hasControl ? RING_SHUTDOWN : undefined;
      }
    }
  }

  deaths(gm: Gm, deaths: readonly Pid[], reason: ExitReason, then: (next?: GmCallback) => void): void {
    const request: GmDeathsCall = { type: 'gm_deaths', deaths, reason };
    gm.call<GmDeathsAnswer>(this.mirror, request, {
      reply: (coordinator) => (coordinator === null ? then() : then(coordinator)),
      failed: () => then(),
    });
  }

  terminated(): void {}
}
