/**
 * The story of a run for a person: at most fifteen lines of what was done to the cluster and what followed from it. It begins when the
 * cluster is formed. The causes of losses stand elsewhere with all their words; here is only the moment at which each was decided.
 */
import type { Journal } from '../kernel/journal.ts';
import * as records from '../records/cluster.ts';
import type { CauseGroup } from './cause-tally.ts';
import { UNEXPLAINED } from './causes.ts';
import { ConfirmStalls } from './confirm-stalls.ts';
import type { StoryStep } from './run-report.ts';
import { StoryBoard, type WeighedLine } from './story-board.ts';
import { watchApplications } from './story-of-applications.ts';
import { StoryOfNodes } from './story-of-nodes.ts';
import { watchLinks } from './story-of-links.ts';
import { watchProxies } from './story-of-proxies.ts';
import { StoryOfQueues } from './story-of-queues.ts';
import { few, list, tenths, verb } from './words.ts';

const REPLY_SUCCESS = 200;
const OUTPUT_CHARACTERS_MAX = 100;
/** Fates that are told of, most harm first. */
const FATES_MAX = 4;

export class Story {
  private readonly journal: Journal;
  private readonly board = new StoryBoard();
  private readonly ofNodes: StoryOfNodes;
  private readonly ofQueues: StoryOfQueues;
  private readonly stalls: ConfirmStalls;

  /** Subscribes to the journal, from the beginning: who led a queue before the first fault is part of what follows. */
  constructor(journal: Journal) {
    this.journal = journal;
    journal.on(records.phase, () => this.board.open());
    this.watchSteps();
    this.ofNodes = new StoryOfNodes(journal, this.board);
    this.ofQueues = new StoryOfQueues(journal, this.board);
    watchProxies(journal, this.board);
    watchLinks(journal, this.board);
    watchApplications(journal, this.board);
    this.stalls = new ConfirmStalls(journal, (client, fromUs, untilUs, lost) =>
      this.board.tell(fromUs, {
        key: `stall ${untilUs === null} ${lost}`,
        weight: 1,
        name: workloadOf(client),
        untilUs,
        says: (who, from, until) => {
          const end =
            until === null
              ? 'any more'
              : `for ${tenths(until - from)} s${lost ? ', up to its disconnection' : ''}`;
          return `${few(who, 'publishers')} ${verb(who, 'gets', 'get')} no confirm ${end}`;
        },
      }),
    );
    this.watchClients();
  }

  /** At most fifteen lines, in order of time. Call once, when the run is over. */
  lines(groups: readonly CauseGroup[], endUs: number): StoryStep[] {
    this.ofNodes.close();
    this.ofQueues.close(endUs);
    this.stalls.close(endUs);
    return this.board.lines(fates(groups));
  }

  /** What was done: by the scenario, and through it by operators. */
  private watchSteps(): void {
    const text = (name: number): string => this.journal.text(name);
    const step = (timeUs: number, weight: 0 | 1, label: string): void => {
      if (label === '') return;
      // What ends at the moment at which something else is done ends because of it.
      const says = (steps: readonly string[]): string => steps.join('; ');
      this.board.tell(timeUs, { key: `steps at ${timeUs}`, weight, first: true, name: label, says });
    };
    this.journal.on(records.faultBegan, (timeUs, _, label) => step(timeUs, 0, text(label)));
    this.journal.on(records.faultEnded, (timeUs, _, label) => step(timeUs, 1, text(label)));
    this.journal.on(records.operator, (timeUs, command, on, exit, output) => {
      if (exit === 0) return;
      this.board.tell(timeUs, {
        key: `operator ${command} ${on}`,
        weight: 0,
        name: '',
        says: () => `${text(command)} on ${text(on)} fails with exit code ${exit}: ${errorOf(text(output))}`,
      });
    });
    this.journal.on(records.amqpReply, (timeUs, method, node, code, reply) => {
      if (code === REPLY_SUCCESS) return;
      this.board.tell(timeUs, {
        key: `reply ${method} ${node} ${code}`,
        weight: 1,
        name: '',
        says: () => `${text(method)} via ${text(node)} is refused: ${shortened(text(reply))}`,
      });
    });
  }

  private watchClients(): void {
    const text = (name: number): string => this.journal.text(name);
    this.journal.on(records.connectionLost, (timeUs, workload, node) =>
      this.board.tell(timeUs, {
        key: `connection ${node}`,
        weight: 3,
        name: workloadOf(text(workload)),
        actors: [text(node)],
        says: (who) =>
          `${few(who, 'clients')} ${verb(who, 'loses its', 'lose their')} connection to ${text(node)}`,
      }),
    );
    this.journal.on(records.consumerCancelled, (timeUs, workload, queue) =>
      this.board.tell(timeUs, {
        key: `cancelled ${queue}`,
        weight: 2,
        name: workloadOf(text(workload)),
        says: (who) =>
          `The broker cancels ${verb(who, 'the consumer', 'the consumers')} ${list(who)} of ${text(queue)}`,
      }),
    );
    this.journal.on(records.connectionBlocked, (timeUs, workload) =>
      this.board.tell(timeUs, {
        key: 'blocked',
        weight: 2,
        name: workloadOf(text(workload)),
        says: (who) => `${few(who, 'clients')} ${verb(who, 'is', 'are')} blocked by an alarm`,
      }),
    );
    this.journal.on(records.alarmSet, (timeUs, node, resource) =>
      this.board.tell(timeUs, {
        key: `alarm ${resource}`,
        weight: 1,
        name: text(node),
        says: (who) => `${list(who)} ${verb(who, 'raises', 'raise')} a ${text(resource)} alarm`,
      }),
    );
  }
}

/** The workload of a client: `shop` of `shop.2`, since its clients fare alike. */
function workloadOf(client: string): string {
  return client.replace(/\.\d+$/, '');
}

/** The moments at which messages were lost or had twice; causes that differ in their rule alone are one. */
function fates(groups: readonly CauseGroup[]): WeighedLine[] {
  const told = new Map<string, { timeUs: number; messages: number; confirmed: number; group: CauseGroup }>();
  for (const group of groups) {
    const { outcome, hazard } = group.cause;
    if (outcome === 'reordered') continue;
    const key = `${outcome} ${hazard} ${group.queue}`;
    const known = told.get(key);
    const { timeUs, messages, confirmed } = group;
    if (known === undefined) told.set(key, { timeUs, messages, confirmed, group });
    else {
      known.timeUs = Math.min(known.timeUs, timeUs);
      known.messages += messages;
      known.confirmed += confirmed;
    }
  }
  return [...told.values()].slice(0, FATES_MAX).map(({ timeUs, messages, confirmed, group }) => {
    const { outcome, hazard } = group.cause;
    const which = confirmed === messages && outcome !== 'duplicated' ? 'confirmed ' : '';
    const what = `${messages} ${which}message${messages === 1 ? '' : 's'}`;
    const from = group.queue === '' ? '' : ` of ${group.queue}`;
    const verbs = messages === 1 ? FATE_VERBS[outcome][0] : FATE_VERBS[outcome][1];
    const name = hazard === UNEXPLAINED ? 'no known hazard' : hazard;
    const { rule, node, sentence } = group.cause;
    return {
      timeUs,
      weight: 0,
      sentence: `${what}${from} ${verbs} (${name})`,
      kind: 'fate',
      actors: [group.queue, node],
      because: { hazard, rule, sentence, message: group.first },
    };
  });
}

const FATE_VERBS = {
  lost: ['is lost', 'are lost'],
  stuck: ['is out of reach', 'are out of reach'],
  duplicated: ['is delivered again from here on', 'are delivered again from here on'],
  reordered: ['comes late', 'come late'],
} as const;

/** What a command that failed says for itself: the first sentence of the line that begins with `Error`, else of its first. */
function errorOf(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = lines.find((text) => text.startsWith('Error')) ?? lines[0] ?? 'no output';
  return shortened(line.replace(/^Error:\s*/, '').replace(/\. .*$/, ''));
}

function shortened(text: string): string {
  const characters = [...text];
  if (characters.length <= OUTPUT_CHARACTERS_MAX) return text;
  return `${characters.slice(0, OUTPUT_CHARACTERS_MAX - 1).join('')}…`;
}
