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
  /** As a row of the scenario would put it. */
  readonly text: string;
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

type Drawn = Pick<NemesisStep, 'action' | 'ending' | 'text'>;

/** Null: this kind needs two nodes and there is one. */
function draw(kind: NemesisKind, nodes: readonly string[], random: RandomStream): Drawn | null {
  const [first, second, ...others] = random.shuffle([...nodes]);
  if (first === undefined) return null;
  const alone = (action: ChaosAction, text: string, ending: ChaosAction | null = null): Drawn => ({
    action,
    ending,
    text,
  });
  const start: ChaosAction = { verb: 'start', nodes: [first] };
  switch (kind) {
    case 'kill':
      return alone({ verb: 'kill', nodes: [first] }, `kill ${first}`, start);
    case 'power_off':
      return alone({ verb: 'power_off', nodes: [first] }, `power_off ${first}`, start);
    case 'freeze':
      return alone({ verb: 'freeze', nodes: [first] }, `freeze ${first}`);
    case 'stop_app':
      return alone(
        command('stop_app', first),
        `rabbitmqctl stop_app on ${first}`,
        command('start_app', first),
      );
    case 'cut_clients':
      return alone({ verb: 'cut_clients', nodes: [first] }, `cut_clients ${first}`);
    case 'slow_disk': {
      const fsync = { kind: 'fixed', us: random.uniformUs(...FSYNC_US) } as const;
      return alone({ verb: 'slow_disk', node: first, fsync }, `slow_disk ${first} ${fsync.us} us`);
    }
    default:
  }
  if (second === undefined) return null;
  const between = [first, second] as const;
  const pair = between.join(', ');
  switch (kind) {
    case 'partition': {
      const groups: [string[], string[]] = [[first], [second]];
      for (const node of others) groups[random.integer(2)]!.push(node);
      return alone(
        { verb: 'partition', groups },
        `partition ${groups.map((group) => `[${group.join(', ')}]`).join(' | ')}`,
      );
    }
    case 'cut':
      return alone({ verb: 'cut', between }, `cut ${pair}`);
    case 'cut_one_way':
      return alone({ verb: 'cut_one_way', from: first, to: second }, `cut_one_way ${pair}`);
    case 'delay': {
      const latency = { kind: 'fixed', us: random.uniformUs(...DELAY_US) } as const;
      return alone({ verb: 'delay', between, latency }, `delay ${pair} ${latency.us} us`);
    }
    case 'drop': {
      const percent = random.uniformUs(...LOSS_PERCENT);
      return alone({ verb: 'drop', between, loss: percent / 100 }, `drop ${pair} ${percent}%`);
    }
    case 'reset':
      return alone({ verb: 'reset', between }, `reset ${pair}`);
  }
}

function command(words: string, on: string): ChaosAction {
  return { verb: 'rabbitmqctl', command: words, words: [words], on };
}
