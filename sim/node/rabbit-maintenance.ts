/** `MaintenanceControl` over a node: what the tools of maintenance find and do there. */
import { AMQP_PORT } from '../amqp/methods.ts';
import { DISTRIBUTION_PORT } from '../erlang/net-kernel.ts';
import { inApplication } from './in-application.ts';
import { drain, revive } from './maintenance.ts';
import type { Listener, MaintenanceControl } from './maintenance-control.ts';
import { rabbitQueue } from '../broker/queue-record.ts';
import { askStatus, type MemberStatus } from '../queues/quorum/operator-calls.ts';
import type { Done, Refusal } from './node-control.ts';
import { changeMember, grow, mirrorSyncCritical, quorumCritical, shrink } from './queue-operations.ts';
import type { RabbitNode } from './rabbit-node.ts';
import { rebalance } from './rebalance.ts';

export class RabbitMaintenance implements MaintenanceControl {
  private readonly node: RabbitNode;

  constructor(node: RabbitNode) {
    this.node = node;
  }

  isBooting(): boolean {
    return this.node.state === 'booting';
  }

  setListeners(open: boolean, done: Done): void {
    const { application } = this.node;
    inApplication(this.node, done, (_context, _steps, finish) => {
      if (open) application!.resumeClients();
      else application!.suspendListeners();
      finish();
      done(null);
    });
  }

  drain(done: Done): void {
    this.maintain(drain, done);
  }

  revive(done: Done): void {
    this.maintain(revive, done);
  }

  private maintain(act: typeof drain, done: Done): void {
    const { application } = this.node;
    inApplication(this.node, done, (_context, steps, finish) =>
      act(application!, steps, () => {
        finish();
        done(null);
      }),
    );
  }

  listeners(): readonly Listener[] {
    if (this.node.application?.isUp !== true) return [];
    return [
      { port: DISTRIBUTION_PORT, protocol: 'clustering' },
      { port: AMQP_PORT, protocol: 'amqp' },
    ];
  }

  accepts(port: number): boolean {
    const { vm } = this.node;
    return port === DISTRIBUTION_PORT ? vm !== null : vm?.machine.acceptorOf(port) !== undefined;
  }

  alarms(): ReturnType<MaintenanceControl['alarms']> {
    return this.node.application?.alarms ?? [];
  }

  mirrorSyncCritical(...[done]: Parameters<MaintenanceControl['mirrorSyncCritical']>): void {
    this.answerWith(mirrorSyncCritical, done);
  }

  quorumCritical(...[done]: Parameters<MaintenanceControl['quorumCritical']>): void {
    this.answerWith(quorumCritical, done);
  }

  private answerWith(
    ask: typeof quorumCritical,
    done: Parameters<MaintenanceControl['quorumCritical']>[0],
  ): void {
    const refuse = (refusal: { reason: 'nodedown' }): void => done(refusal, { applies: true, queues: [] });
    inApplication(this.node, refuse, (context, _steps, finish) => {
      finish();
      done(null, ask(context));
    });
  }

  rebalance(...[command, done]: Parameters<MaintenanceControl['rebalance']>): void {
    inApplication(
      this.node,
      (refusal) => done(refusal, []),
      (context, steps, finish) =>
        rebalance(context, steps, command, (rows) => {
          finish();
          done(null, rows);
        }),
    );
  }

  quorumStatus(...[queue, done]: Parameters<MaintenanceControl['quorumStatus']>): void {
    const refuse = (refusal: Refusal): void => done(refusal, []);
    inApplication(this.node, refuse, (context, steps, finish) => {
      const record = context.database.read(rabbitQueue, queue);
      const over = (refusal: Refusal | null, members: readonly MemberStatus[] = []): void => {
        finish();
        done(refusal, members);
      };
      if (record === undefined) over({ reason: 'not_found' });
      else if (record.quorum === undefined)
        over({ reason: 'invalid', detail: 'Cannot get quorum status of a classic queue' });
      else askStatus(steps, record, (members) => over(null, members));
    });
  }

  changeMember(...[change, queue, node, done]: Parameters<MaintenanceControl['changeMember']>): void {
    inApplication(this.node, done, (context, steps, finish) =>
      changeMember(context, steps, change, queue, node, (error) => {
        finish();
        done(error === null ? null : { reason: 'invalid', detail: error });
      }),
    );
  }

  grow(...[command, done]: Parameters<MaintenanceControl['grow']>): void {
    inApplication(
      this.node,
      (refusal) => done(refusal, []),
      (context, steps, finish) =>
        grow(context, steps, command, (changes) => {
          finish();
          done(null, changes);
        }),
    );
  }

  shrink(...[node, done]: Parameters<MaintenanceControl['shrink']>): void {
    inApplication(
      this.node,
      (refusal) => done(refusal, []),
      (context, steps, finish) =>
        shrink(context, steps, node, (changes) => {
          finish();
          done(null, changes);
        }),
    );
  }
}
