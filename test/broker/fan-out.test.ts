// Promise: what a process casts to several processes of another node goes by way of one delegate there, everything else straight; each way keeps its order (NET-13).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DelegateSupervisor } from '../../sim/broker/delegate.ts';
import { callsToAll, castToAll, FanOut } from '../../sim/broker/fan-out.ts';
import { ErlangProcess } from '../../sim/erlang/erlang-process.ts';
import type { CallFrom, Message } from '../../sim/erlang/message.ts';
import type { Vm } from '../../sim/erlang/vm.ts';
import { BasicMessage } from '../../sim/amqp/basic-message.ts';
import { delegated } from '../../sim/records/messages.ts';
import { SECOND, TestWorld } from '../erlang/world.ts';

interface Numbered extends Message {
  readonly number: number;
}

const numbered = (number: number): Numbered => ({ type: 'numbered', number });
const content = (number: number): BasicMessage =>
  new BasicMessage(1, number, '', 'q', { persistent: false }, 100, number);

const inOrder = (numbers: readonly number[]): number[] => numbers.toSorted((one, other) => one - other);

class Receiver extends ErlangProcess {
  readonly got: number[] = [];

  protected handleMessage(message: Message): void {
    this.got.push((message as Numbered).number);
  }

  protected override handleCall(request: Message, from: CallFrom): void {
    this.handleMessage(request);
    this.sleep(1_000_000, () => this.reply(from, 'ok'));
  }
}

class Sender extends ErlangProcess {
  readonly fanOut = new FanOut(this);
  handled = 0;

  protected handleMessage(): void {
    this.handled += 1;
  }

  do(action: () => void): void {
    this.deliverUrgent(action);
  }

  cast(number: number, ...to: Receiver[]): void {
    for (const { pid } of to) this.fanOut.add(pid);
    this.fanOut.cast(numbered(number), 100, content(number));
  }
}

/** Nodes a, b and c with delegates and two receivers each, a sender on a, and which messages delegates have handed on, by node. */
function setUp(seed = 'test', options: { delegatesOn?: readonly string[] } = {}) {
  const world = new TestWorld(seed);
  const { journal } = world.simulation;
  const vms = ['a', 'b', 'c'].map((name) => world.vm(name)) as [Vm, Vm, Vm];
  const supervisors = vms.map((vm) =>
    (options.delegatesOn ?? ['a', 'b', 'c']).includes(vm.node) ? new DelegateSupervisor(vm) : undefined,
  );
  const [a, b, c] = vms.map((vm) => [new Receiver(vm, '1'), new Receiver(vm, '2')]) as [
    [Receiver, Receiver],
    [Receiver, Receiver],
    [Receiver, Receiver],
  ];
  const handedOn = new Map<string, number[]>();
  const delegates = new Set<number>();
  journal.on(delegated, (_, _publisher, sequence, node, delegate) => {
    const name = journal.text(node);
    handedOn.set(name, [...(handedOn.get(name) ?? []), sequence]);
    delegates.add(delegate);
  });
  const sender = new Sender(vms[0], 'sender');
  /** Connections are made and everybody is idle. */
  const warmUp = (): void => {
    sender.do(() => {
      for (const { pid } of [...b, ...c]) sender.send(pid, numbered(-1));
    });
    world.runUntil(0.5);
    for (const { got } of [...b, ...c]) got.length = 0;
  };
  warmUp();
  return { world, vms, a, b, c, sender, supervisors, handedOn, delegates };
}

describe('casting to several processes', () => {
  test('NET-13: to two of another node by way of a delegate there, to one straight, to those of the own node straight', () => {
    const { world, a, b, c, sender, handedOn } = setUp();
    sender.do(() => {
      sender.cast(1, ...b, c[0], ...a);
      sender.cast(2, b[0], c[1]);
      sender.cast(3, ...a);
      sender.cast(4, ...b, ...c);
    });
    world.runUntil(1);
    expect(Object.fromEntries(handedOn)).toEqual({ b: [1, 4], c: [4] });
    expect([inOrder(b[0].got), b[1].got]).toEqual([
      [1, 2, 4],
      [1, 4],
    ]);
    expect([c[0].got, c[1].got]).toEqual([
      [1, 4],
      [2, 4],
    ]);
    expect(a[0].got).toEqual([1, 3]);
  });

  test('NET-13: what goes straight overtakes what went by way of a delegate that has to be woken', () => {
    const { world, b, sender } = setUp();
    const pairs = 20;
    for (let pair = 0; pair < pairs; pair += 1) {
      world.simulation.run({ untilUs: (1 + pair) * SECOND, maxEvents: Infinity });
      sender.do(() => {
        sender.cast(2 * pair, ...b);
        sender.cast(2 * pair + 1, b[0]);
      });
    }
    world.runUntil(pairs + 2);
    // Of the first pair, too: the second cast waits with the first for the number of delegates, and both go at once.
    expect(b[0].got).toEqual(Array.from({ length: pairs }, (_, pair) => [2 * pair + 1, 2 * pair]).flat());
    expect(b[1].got).toEqual(Array.from({ length: pairs }, (_, pair) => 2 * pair));
  });

  test('NET-13: a hop takes tens of microseconds: of what follows 40 µs later some overtakes and more does not', () => {
    const { world, b, sender } = setUp();
    const pairs = 200;
    const at = (timeUs: number, number: number, ...to: Receiver[]): void => {
      world.simulation.run({ untilUs: timeUs, maxEvents: Infinity });
      sender.do(() => sender.cast(number, ...to));
    };
    for (let pair = 0; pair < pairs; pair += 1) {
      const fromUs = SECOND + pair * 10_000;
      at(fromUs, 2 * pair, ...b);
      at(fromUs + 40, 2 * pair + 1, b[0]);
    }
    world.runUntil(5);
    const overtaken = b[0].got.filter((number, index) => number < (b[0].got[index - 1] ?? -1)).length;
    expect(overtaken).toBeGreaterThan(pairs * 0.15);
    expect(overtaken).toBeLessThan(pairs * 0.45);
  });

  test('NET-13: a sender keeps to one delegate of the sixteen, and senders are spread over them', () => {
    const { world, vms, b, c, sender, delegates } = setUp();
    const busy = (one: Sender): void =>
      one.do(() => {
        for (let number = 0; number < 30; number += 1) one.cast(number, ...b, ...c);
      });
    busy(sender);
    world.runUntil(1);
    expect(delegates.size).toBe(1);
    for (let number = 0; number < 200; number += 1) busy(new Sender(vms[0], `sender ${number}`));
    world.runUntil(5);
    expect(inOrder([...delegates])).toEqual(Array.from({ length: 16 }, (_, number) => number));
  });

  test('NET-13: whatever is sent to whom, everything comes once, and each way keeps its order', () => {
    const cast = fc.record({
      to: fc.uniqueArray(fc.nat({ max: 5 }), { minLength: 1 }),
      afterUs: fc.constantFrom(0, 10, 100, 1_000),
    });
    fc.assert(
      fc.property(fc.array(cast, { maxLength: 40 }), fc.nat(), (casts, seed) => {
        const { world, a, b, c, sender, handedOn } = setUp(`${seed}`);
        const all = [...a, ...b, ...c];
        casts.forEach(({ to, afterUs }, number) => {
          world.simulation.run({ untilUs: world.simulation.nowUs + afterUs, maxEvents: Infinity });
          sender.do(() => sender.cast(number, ...to.map((index) => all[index]!)));
        });
        world.runUntil(3);
        all.forEach(({ got, vm }, index) => {
          const due = casts.flatMap(({ to }, number) => (to.includes(index) ? [number] : []));
          expect(inOrder(got)).toEqual(due);
          const shared = due.filter(
            (number) =>
              vm.node !== 'a' && casts[number]!.to.filter((other) => all[other]!.vm === vm).length > 1,
          );
          expect(got.filter((number) => shared.includes(number))).toEqual(shared);
          expect(got.filter((number) => !shared.includes(number))).toEqual(
            due.filter((number) => !shared.includes(number)),
          );
          expect((handedOn.get(vm.node) ?? []).filter((number) => due.includes(number))).toEqual(shared);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('NET-13: the first such cast of a channel asks how many delegates there are, and a silent node lets it stand still', () => {
    const { world, b, c, sender, supervisors } = setUp();
    world.cut('a', 'b');
    sender.do(() => {
      sender.cast(1, ...b, ...c);
      sender.cast(2, c[0]);
    });
    sender.deliver({ type: 'anything' });
    world.runUntil(2);
    expect([sender.handled, c[0].got]).toEqual([0, []]);
    world.runUntil(30);
    // By then b is taken for dead, and c has been asked.
    expect([sender.handled, inOrder(c[0].got), c[1].got]).toEqual([1, [1, 2], [1]]);
    expect(supervisors).toHaveLength(3);
  });

  test('NET-13: where the application has stopped nobody hands anything on', () => {
    const { world, b, c, sender, supervisors } = setUp();
    sender.do(() => sender.cast(1, ...b));
    world.runUntil(1);
    supervisors[1]!.exit('shutdown');
    sender.do(() => sender.cast(2, ...b, ...c));
    sender.do(() => sender.cast(3, b[0]));
    world.runUntil(2);
    expect([b[0].got, b[1].got, c[0].got]).toEqual([[1, 3], [1], [2]]);
  });

  test('NET-13: if no node says how many delegates it has, the sender takes them to have one', () => {
    const { world, vms, b, c, sender, handedOn, delegates } = setUp('test', { delegatesOn: ['a'] });
    sender.do(() => sender.cast(1, ...b));
    world.runUntil(1);
    expect(b[0].got).toEqual([]);
    expect(new DelegateSupervisor(vms[2]).alive).toBe(true);
    sender.do(() => sender.cast(2, ...c));
    world.runUntil(2);
    expect([...handedOn]).toEqual([['c', [2]]]);
    expect([...delegates]).toEqual([0]);
  });

  test('BRK-40, NET-13: a queue that publishes dead letters does it in the same way', () => {
    const { world, b, c, sender, handedOn } = setUp();
    sender.do(() => {
      const receivers = [b[0].pid, b[1].pid, c[0].pid];
      castToAll(sender, receivers, { message: numbered(7), bytes: 100, content: content(7) });
    });
    world.runUntil(1);
    expect([...handedOn]).toEqual([['b', [7]]]);
    expect([b[0].got, b[1].got, c[0].got, c[1].got]).toEqual([[7], [7], [7], []]);
  });
});

describe('asking several processes', () => {
  test('NET-13: a delegate asks one after the other, dead ones do not hold it up, and what else it has to do waits', () => {
    const { world, b, c, sender } = setUp();
    const dead = new Receiver(b[0].vm, 'dead');
    dead.kill();
    const answers: number[] = [];
    sender.do(() => {
      const asked = [b[0].pid, dead.pid, b[1].pid, c[0].pid];
      for (const { to, request } of callsToAll(sender, asked, numbered(1)))
        sender.ask(to, request, {
          reply: () => answers.push(Math.floor(world.nowS - 0.5)),
          failed: () => answers.push(-1),
        });
      const waits = { message: numbered(2), bytes: 100, content: null };
      castToAll(sender, [b[0].pid, b[1].pid], waits);
    });
    world.runUntil(1.4);
    expect([b[0].got, b[1].got, c[0].got]).toEqual([[1], [], [1]]);
    world.runUntil(4);
    // c answered after its second, b's delegate after one second for each of the two that live there.
    expect(answers).toEqual([1, 2]);
    expect([b[0].got, b[1].got]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });
});
