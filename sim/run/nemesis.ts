/**
 * A nemesis draws its steps from the seed: every so often one fault of one of its kinds, at random nodes, that ends by itself. Steps
 * are ordinary actions, drawn before the first of them happens, so that nothing in the run changes them.
 */
import type { RandomStream } from '../kernel/random.ts';
import type { ChaosAction, NemesisKind } from '../scenario/chaos-model.ts';

type NemesisAction = ChaosAction & { readonly verb: 'nemesis' };

export interface NemesisStep {
  /** From the start of the scenario. */
  readonly atUs: number;
  readonly action: ChaosAction;
  readonly forUs: number;
  /** What ends the step, where the action does not end by itself. */
  readonly ending: ChaosAction | null;
}

const DELAY_US = [10_000, 1_000_000] as const;
const LOSS_PERCENT = [1, 50] as const;
const FSYNC_US = [20_000, 1_000_000] as const;

/** The steps of a nemesis that begins at `fromUs`: one each `everyUs`, before `untilUs`. */
export function drawNemesis(
  nemesis: NemesisAction,
  fromUs: number,
  nodes: readonly string[],
  random: RandomStream,
): NemesisStep[] {
  const steps: NemesisStep[] = [];
  for (let atUs = fromUs + nemesis.everyUs; atUs < nemesis.untilUs; atUs += nemesis.everyUs) {
    const kind = random.pick(nemesis.kinds);
    const forUs = random.uniformUs(...nemesis.lastingUs);
    const drawn = draw(kind, nodes, random);
    if (drawn !== null) steps.push({ atUs, forUs, ...drawn });
  }
  return steps;
}

type Drawn = Pick<NemesisStep, 'action' | 'ending'>;

/** Null: this kind needs two nodes and there is one. */
function draw(kind: NemesisKind, nodes: readonly string[], random: RandomStream): Drawn | null {
  const [first, second, ...others] = random.shuffle([...nodes]);
  if (first === undefined) return null;
  const step = (action: ChaosAction, ending: ChaosAction | null = null): Drawn => ({ action, ending });
  const start: ChaosAction = { verb: 'start', nodes: [first] };
  switch (kind) {
    case 'kill':
      return step({ verb: 'kill', nodes: [first] }, start);
    case 'power_off':
      return step({ verb: 'power_off', nodes: [first] }, start);
    case 'freeze':
      return step({ verb: 'freeze', nodes: [first] });
    case 'stop_app':
      return step(command('stop_app', first), command('start_app', first));
    case 'cut_clients':
      return step({ verb: 'cut_clients', nodes: [first] });
    case 'slow_disk': {
      const fsync = { kind: 'fixed', us: random.uniformUs(...FSYNC_US) } as const;
      return step({ verb: 'slow_disk', node: first, fsync });
    }
    default:
  }
  if (second === undefined) return null;
  const between = [first, second] as const;
  switch (kind) {
    case 'partition': {
      const groups: [string[], string[]] = [[first], [second]];
      for (const node of others) groups[random.integer(2)]!.push(node);
      return step({ verb: 'partition', groups });
    }
    case 'cut':
      return step({ verb: 'cut', between });
    case 'cut_one_way':
      return step({ verb: 'cut_one_way', from: first, to: second });
    case 'delay': {
      const latency = { kind: 'fixed', us: random.uniformUs(...DELAY_US) } as const;
      return step({ verb: 'delay', between, latency });
    }
    case 'drop':
      return step({ verb: 'drop', between, loss: random.uniformUs(...LOSS_PERCENT) / 100 });
    case 'reset':
      return step({ verb: 'reset', between });
  }
}

function command(words: string, on: string): ChaosAction {
  return { verb: 'rabbitmqctl', command: words, words: [words], on };
}
