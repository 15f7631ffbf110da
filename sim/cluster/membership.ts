/**
 * Who belongs to the cluster, changed from outside: a node that joins, leaves, or is forgotten. The service answers on every
 * running node; the changes are transactions on the schema (CLU-2, CLU-19).
 */
import { ErlangProcess } from '../erlang/erlang-process.ts';
import type { CallFrom, Message } from '../erlang/message.ts';
import type { Vm } from '../erlang/vm.ts';
import type { Mnesia } from './mnesia.ts';
import { MNESIA } from './mnesia.ts';
import { SCHEMA_KEY, schemaTable, type SchemaNode } from './table-store.ts';

export const MEMBERSHIP = 'rabbit_mnesia';

/** The cluster as one running node has it. */
export interface MemberView {
  readonly members: readonly string[];
  readonly running: readonly string[];
  readonly schema: readonly SchemaNode[];
}

export interface AddMember extends Message {
  readonly type: 'add_member';
  readonly member: SchemaNode;
}

export interface RemoveMember extends Message {
  readonly type: 'remove_member';
  readonly node: string;
}

export class MembershipService extends ErlangProcess {
  private readonly mnesia: Mnesia;

  constructor(vm: Vm, mnesia: Mnesia) {
    super(vm, MEMBERSHIP);
    this.mnesia = mnesia;
    vm.register(MEMBERSHIP, this);
  }

  /** What a VM's Mnesia says of the cluster; null while its tables are not there. For remote calls. */
  static view(this: void, vm: Vm): MemberView | null {
    const mnesia = vm.whereis(MNESIA) as Mnesia | undefined;
    if (mnesia === undefined || !mnesia.isLoaded) return null;
    return { members: mnesia.members(), running: mnesia.runningNodes(), schema: mnesia.schema() };
  }

  protected override handleCall(request: Message, from: CallFrom): void {
    const change = request as AddMember | RemoveMember;
    const next = (schema: readonly SchemaNode[]): readonly SchemaNode[] => {
      if (change.type === 'remove_member') return schema.filter((member) => member.name !== change.node);
      // The newest member comes first, which decides who speaks for a winning partition (PAR-20).
      return [change.member, ...schema.filter((member) => member.name !== change.member.name)];
    };
    this.mnesia.transaction(
      this,
      { locks: [schemaTable.name] },
      (transaction) => {
        const schema = next(transaction.read(schemaTable, SCHEMA_KEY) ?? []);
        transaction.write(schemaTable, SCHEMA_KEY, schema);
        return schema;
      },
      (schema) => this.reply(from, schema),
    );
  }

  protected handleMessage(): void {}
}
