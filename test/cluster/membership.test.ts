// Members come and go by transactions on the schema, seen alike by all who run; a stopped node can forget others by itself.
import { describe, expect, test } from 'vitest';
import {
  MEMBERSHIP,
  MembershipService,
  type AddMember,
  type RemoveMember,
} from '../../sim/cluster/membership.ts';
import { OfflineDatabase } from '../../sim/cluster/offline-database.ts';
import { schemaTable, SCHEMA_KEY, type SchemaNode } from '../../sim/cluster/table-store.ts';
import { ErlangProcess } from '../../sim/erlang/erlang-process.ts';
import { cluster, facts, laws, Node } from './world.ts';

class Operator extends ErlangProcess {
  readonly answers: unknown[] = [];

  protected handleMessage(): void {}

  request(node: string, change: AddMember | RemoveMember): void {
    this.call({ node, name: MEMBERSHIP }, change, {
      reply: (schema) => this.answers.push(schema),
      failed: (reason) => this.answers.push(reason),
    });
  }
}

describe('membership', () => {
  test('CLU-2, PAR-20: who joins is a member everywhere, named first, and runs once it has loaded', () => {
    const { world, nodes } = cluster();
    const [a] = nodes as [Node];
    const operator = new Operator(a.vm, 'rabbitmqctl');
    operator.request('b', { type: 'add_member', member: { name: 'd', type: 'disc' } });
    world.runUntil(3);
    const schema = operator.answers[0] as SchemaNode[];
    expect(schema.map((member) => member.name)).toEqual(['d', 'a', 'b', 'c']);
    for (const node of nodes) expect(node.mnesia.members()).toEqual(['d', 'a', 'b', 'c']);
    a.write(laws, 'speed', '50');
    const d = new Node(world, 'd', ['d', 'a', 'b', 'c']);
    d.start();
    world.runUntil(5);
    expect(d.mnesia.read(laws, 'speed')).toBe('50');
    for (const node of [...nodes, d]) expect(node.mnesia.runningNodes()).toEqual(['d', 'a', 'b', 'c']);
  });

  test('CLU-19: who is forgotten is no member any more, and nobody waits for it', () => {
    const { world, nodes } = cluster();
    const [a, b, c] = nodes as [Node, Node, Node];
    c.stop();
    world.runUntil(3);
    const operator = new Operator(a.vm, 'rabbitmqctl');
    operator.request('a', { type: 'remove_member', node: 'c' });
    world.runUntil(4);
    for (const node of [a, b]) expect(node.mnesia.members()).toEqual(['a', 'b']);
    expect(c.directory.discTables.get(schemaTable.name)!.get(SCHEMA_KEY)).toHaveLength(3);
    for (const node of [a, b]) node.vm.kill();
    world.runUntil(5);
    for (const node of [a, b]) node.start();
    world.runUntil(6);
    for (const node of [a, b]) expect(node.mnesia.runningNodes()).toEqual(['a', 'b']);
  });

  test('CLU-4: the view of a running node names its members and who runs; a waiting one has none', () => {
    const { world, nodes } = cluster();
    const [a, b, c] = nodes as [Node, Node, Node];
    c.stop();
    world.runUntil(3);
    expect(MembershipService.view(a.vm)).toMatchObject({ members: ['a', 'b', 'c'], running: ['a', 'b'] });
    expect(MembershipService.view(c.vm)).toBeNull();
    for (const node of [a, b]) node.vm.kill();
    c.start();
    world.runUntil(20);
    expect(MembershipService.view(c.vm)).toBeNull();
    expect(MembershipService.view(world.vm('elsewhere'))).toBeNull();
    expect(b.vm.isAlive).toBe(false);
  });
});

describe('an offline database', () => {
  test('CLU-20: changes what a stopped node finds at its next start', () => {
    const { world, nodes } = cluster();
    const [a, b, c] = nodes as [Node, Node, Node];
    a.write(laws, 'speed', '50');
    a.write(facts, 'sky', 'blue');
    world.runUntil(3);
    for (const node of [a, b, c]) node.vm.kill();
    const offline = new OfflineDatabase('a', a.directory);
    expect(offline.members()).toEqual(['a', 'b', 'c']);
    expect(offline.read(laws, 'speed')).toBe('50');
    expect(offline.read(facts, 'sky')).toBeUndefined();
    offline.change((transaction) => {
      const schema = transaction.read(schemaTable, SCHEMA_KEY)!;
      transaction.write(
        schemaTable,
        SCHEMA_KEY,
        schema.filter((member) => member.name === 'a'),
      );
      transaction.delete(laws, 'speed');
    });
    a.start();
    world.runUntil(5);
    expect(a.mnesia.runningNodes()).toEqual(['a']);
    expect(a.mnesia.read(laws, 'speed')).toBeUndefined();
  });
});
