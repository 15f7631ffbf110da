/** Mnesias on real VMs, for tests of the replicated metadata. */
import { table, type Table, type Transaction } from '../../sim/cluster/database.ts';
import { MembershipService } from '../../sim/cluster/membership.ts';
import { Mnesia } from '../../sim/cluster/mnesia.ts';
import { MnesiaDirectory, SCHEMA_KEY, schemaTable, type SchemaNode } from '../../sim/cluster/table-store.ts';
import type { Vm } from '../../sim/erlang/vm.ts';
import { Recorder, TestWorld } from '../erlang/world.ts';

export const facts = table<string>('facts', 'ram');
export const laws = table<string>('laws', 'disc');

export class Node {
  readonly directory = new MnesiaDirectory();
  readonly world: TestWorld;
  readonly name: string;
  vm!: Vm;
  mnesia!: Mnesia;
  worker!: Recorder;
  private membership: MembershipService | undefined;
  loadedAtS: number | null = null;
  readonly inconsistencies: string[] = [];

  /** `ramNodes` are those of the members that keep nothing on disk. */
  constructor(world: TestWorld, name: string, members: readonly string[], ramNodes: readonly string[] = []) {
    this.world = world;
    this.name = name;
    const schema = members.map((member): SchemaNode => {
      return { name: member, type: ramNodes.includes(member) ? 'ram' : 'disc' };
    });
    this.directory.discTables.set(schemaTable.name, new Map([[SCHEMA_KEY, schema]]));
  }

  /** Boots a VM (if there is none) and Mnesia in it. */
  start(): void {
    if (this.vm === undefined || !this.vm.isAlive) this.vm = this.world.vm(this.name);
    this.loadedAtS = null;
    this.worker = new Recorder(this.vm, `worker${this.world.nowS}`);
    this.mnesia = new Mnesia(this.vm, this.directory, {
      loaded: () => {
        this.loadedAtS = this.world.nowS;
        this.membership = new MembershipService(this.vm, this.mnesia);
      },
      inconsistentDatabase: (peer) => this.inconsistencies.push(peer),
    });
    this.mnesia.start();
  }

  stop(): void {
    this.membership?.exit('shutdown');
    this.mnesia.exit('shutdown');
  }

  /** Writes a record; returns a function that tells when the transaction was over. */
  write(of: Table<string>, key: string, value: string): () => number | null {
    return this.change([`${of.name}/${key}`], (transaction) => transaction.write(of, key, value));
  }

  /** Adds one to a number; returns as `write`. */
  count(key = 'count'): () => number | null {
    return this.change([`facts/${key}`], (transaction) => {
      transaction.write(facts, key, String(Number(transaction.read(facts, key) ?? '0') + 1));
    });
  }

  change(locks: readonly string[], body: (transaction: Transaction) => void): () => number | null {
    let doneAtS: number | null = null;
    const options = { locks, suspends: false };
    this.mnesia.transaction(this.worker, options, body, () => (doneAtS = this.world.nowS));
    return () => doneAtS;
  }

  /** Everything this node's copy holds. */
  content(): string[] {
    return [facts, laws].flatMap((of) =>
      [...this.mnesia.entries(of)].map(([key, value]) => `${of.name}/${key}=${value}`).toSorted(),
    );
  }
}

export function cluster(names = ['a', 'b', 'c'], start = true): { world: TestWorld; nodes: Node[] } {
  const world = new TestWorld();
  const nodes = names.map((name) => new Node(world, name, names));
  if (start) {
    for (const node of nodes) node.start();
    world.runUntil(2);
  }
  return { world, nodes };
}
