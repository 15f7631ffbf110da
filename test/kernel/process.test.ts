// A process takes one message at a time, the highest priority first, pays for each, and stands still when it is told to.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HIGHEST_PRIORITY, Mailbox } from '../../sim/kernel/mailbox.ts';
import { Process } from '../../sim/kernel/process.ts';
import { Simulation } from '../../sim/kernel/simulation.ts';
import { Scheduler, type Host, type Thawable } from '../../sim/kernel/turns.ts';

interface Letter {
  readonly name: string;
  readonly priority?: number;
  readonly costUs?: number;
}

class TestHost implements Host {
  runnable = true;
  private readonly deferred: Thawable[] = [];

  defer(process: Thawable): void {
    this.deferred.push(process);
  }

  thaw(): void {
    this.runnable = true;
    for (const process of this.deferred.splice(0)) process.thaw();
  }
}

class Reader extends Process<Letter> {
  readonly log: string[] = [];
  on: (letter: Letter) => void = () => {};

  protected override priorityOf(letter: Letter): number {
    return letter.priority ?? 0;
  }

  protected override costUs(letter: Letter): number {
    return letter.costUs ?? 0;
  }

  protected handle(letter: Letter): void {
    this.log.push(`${this.scheduler.simulation.nowUs} ${letter.name}`);
    this.on(letter);
  }

  protected override onIdle(): void {
    this.log.push(`${this.scheduler.simulation.nowUs} idle`);
  }

  get names(): string[] {
    return this.log.map((line) => line.slice(line.indexOf(' ') + 1)).filter((name) => name !== 'idle');
  }

  stand(): void {
    this.suspend();
  }

  go(): void {
    this.resume();
  }

  end(): void {
    this.retire();
  }
}

function scene() {
  const simulation = new Simulation({ seed: 'process' });
  const host = new TestHost();
  const reader = new Reader(new Scheduler(simulation), host, 'reader');
  const at = (timeUs: number, action: () => void): void => {
    simulation.after(timeUs, 0, action);
  };
  const run = (untilUs = 1_000): void => {
    simulation.run({ untilUs, maxEvents: 10_000 });
  };
  return { simulation, host, reader, at, run };
}

describe('a mailbox', () => {
  test('gives the highest priority first, and within one the oldest, as a stable sort would', () => {
    const priority = fc.integer({ min: 0, max: HIGHEST_PRIORITY });
    // null takes a message out.
    fc.assert(
      fc.property(fc.array(fc.option(priority)), (steps) => {
        const mailbox = new Mailbox<{ priority: number; index: number }>();
        const model: { priority: number; index: number }[] = [];
        steps.forEach((step, index) => {
          if (step !== null) {
            mailbox.push({ priority: step, index }, step);
            model.push({ priority: step, index });
            model.sort((a, b) => b.priority - a.priority || a.index - b.index);
          } else expect(mailbox.shift()).toEqual(model.shift());
          expect(mailbox.length).toBe(model.length);
        });
      }),
    );
  });
});

describe('a process', () => {
  test('takes what waits by priority, but does not interrupt what it has begun', () => {
    const { reader, run } = scene();
    reader.deliver({ name: 'first', costUs: 10 });
    reader.deliver({ name: 'low', costUs: 10 });
    reader.deliver({ name: 'high', priority: 7 });
    run();
    expect(reader.names).toEqual(['high', 'first', 'low']);
  });

  test('is busy for what a message costs, and a backlog forms behind it', () => {
    const { reader, at, run } = scene();
    at(0, () => reader.deliver({ name: 'a', costUs: 100 }));
    at(10, () => reader.deliver({ name: 'b', costUs: 100 }));
    at(20, () => reader.deliver({ name: 'c', priority: 5, costUs: 100 }));
    run();
    expect(reader.log).toEqual(['0 a', '0 idle', '100 c', '200 b', '200 idle']);
  });

  test('takes what is urgent at once, busy or suspended, and the mailbox only after that', () => {
    const { reader, at, run } = scene();
    reader.on = ({ name }) => {
      if (name === 'asks') reader.stand();
    };
    at(0, () => {
      reader.deliver({ name: 'asks', costUs: 50 });
      reader.deliver({ name: 'waits' });
    });
    at(20, () =>
      reader.deliverUrgent(() => {
        reader.log.push('20 answer');
        reader.go();
      }),
    );
    run();
    expect(reader.log).toEqual(['0 asks', '20 answer', '50 waits', '50 idle']);
  });

  test('is not idle while it stands still, and is once an urgent continuation leaves it nothing to do', () => {
    const { reader, at, run } = scene();
    reader.on = () => reader.stand();
    at(0, () => reader.deliver({ name: 'asks' }));
    at(30, () => reader.deliverUrgent(() => reader.go()));
    run();
    expect(reader.log).toEqual(['0 asks', '30 idle']);
  });

  test('leaves to a later turn what it sends itself, so that others of the same instant come in between', () => {
    const { simulation, host, reader, run } = scene();
    const other = new Reader(reader.scheduler, host, 'other');
    const order: string[] = [];
    reader.on = ({ name }) => {
      order.push(name);
      if (name === 'one') reader.deliver({ name: 'two' });
    };
    other.on = ({ name }) => order.push(name);
    reader.deliver({ name: 'one' });
    other.deliver({ name: 'other' });
    run();
    expect(order).toEqual(['one', 'other', 'two']);
    expect(simulation.nowUs).toBe(1_000);
  });

  test('halted from outside handles nothing, urgent or not, until it is let go', () => {
    const { reader, at, run } = scene();
    at(0, () => reader.halt());
    at(1, () => reader.deliver({ name: 'letter' }));
    at(2, () => reader.deliverUrgent(() => reader.log.push('urgent')));
    at(90, () => reader.unhalt());
    run(50);
    expect(reader.log).toEqual([]);
    run(100);
    expect(reader.log).toEqual(['urgent', '90 letter', '90 idle']);
  });

  test('on a host that stands still goes on where it was, in the order in which things came', () => {
    const { host, reader, at, run } = scene();
    at(0, () => (host.runnable = false));
    at(1, () => reader.deliver({ name: 'a' }));
    at(2, () => reader.deliver({ name: 'b', priority: 3 }));
    at(3, () => reader.deliverUrgent(() => reader.log.push('urgent')));
    at(70, () => host.thaw());
    run();
    expect(reader.log).toEqual(['urgent', '70 b', '70 a', '70 idle']);
  });

  test('that has ended takes nothing any more, whatever was on the way', () => {
    const { reader, at, run } = scene();
    reader.on = () => reader.end();
    at(0, () => {
      reader.deliver({ name: 'last' });
      reader.deliver({ name: 'never' });
    });
    at(5, () => {
      reader.deliver({ name: 'late' });
      reader.deliverUrgent(() => reader.log.push('late'));
    });
    run();
    expect(reader.log).toEqual(['0 last']);
  });

  test('loses nothing and repeats nothing, whatever the mixture of costs, pauses and priorities', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('send' as const), priority: fc.nat(9), costUs: fc.nat(30) }),
      fc.record({ do: fc.constantFrom('stand', 'go', 'halt', 'unhalt', 'freeze', 'thaw', 'urgent') }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), step), { maxLength: 60 }), (steps) => {
        const { host, reader, at, run } = scene();
        let timeUs = 0;
        let sent = 0;
        let urgent = 0;
        for (const [delayUs, action] of steps) {
          timeUs += delayUs;
          at(timeUs, () => {
            if (action.do === 'send') reader.deliver({ name: String(sent++), ...(action as object) });
            else if (action.do === 'stand') reader.stand();
            else if (action.do === 'go') reader.go();
            else if (action.do === 'halt') reader.halt();
            else if (action.do === 'unhalt') reader.unhalt();
            else if (action.do === 'freeze') host.runnable = false;
            else if (action.do === 'thaw') host.thaw();
            else reader.deliverUrgent(() => urgent++);
          });
        }
        at(timeUs + 1, () => {
          host.thaw();
          reader.unhalt();
          reader.go();
        });
        run(timeUs + 5_000);
        expect(reader.names.map(Number).toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: sent }, (_, index) => index),
        );
        expect(urgent).toBe(steps.filter(([, action]) => action.do === 'urgent').length);
      }),
    );
  });
});
