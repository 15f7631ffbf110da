/**
 * What applications made of messages, where they do more than publish and consume: the calls of RPC clients and what became of each,
 * and how many different traces reached a workload, however often and in however many messages.
 */
import type { Journal } from '../kernel/journal.ts';
import {
  callAnswered,
  callFailed,
  callMade,
  callTimedOut,
  lateReply,
  traced,
} from '../records/applications.ts';
import type { ApplicationFigure } from '../scenario/results.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { PageBook, type PagePool } from './pages.ts';

const US_PER_S = 1_000_000;

class Application {
  calls = 0;
  answered = 0;
  timedOut = 0;
  failed = 0;
  late = 0;
  traces = 0;
  readonly latency = new LatencyHistogram();
  /** Which messages of a publisher began a trace that came here. */
  readonly roots = new Map<number, PageBook>();
}

export class Applications {
  private readonly journal: Journal;
  private readonly pool: PagePool;
  private readonly byName = new Map<number, Application>();

  /** Subscribes to the journal. */
  constructor(journal: Journal, pool: PagePool) {
    this.journal = journal;
    this.pool = pool;
    journal.on(callMade, (_, client) => {
      this.of(client).calls += 1;
    });
    journal.on(callAnswered, (_, client, _publisher, _sequence, latencyUs) => {
      const application = this.of(client);
      application.answered += 1;
      application.latency.add(latencyUs);
    });
    journal.on(callTimedOut, (_, client) => {
      this.of(client).timedOut += 1;
    });
    journal.on(callFailed, (_, client) => {
      this.of(client).failed += 1;
    });
    journal.on(lateReply, (_, client) => {
      this.of(client).late += 1;
    });
    journal.on(traced, (_, client, publisher, sequence) => this.trace(this.of(client), publisher, sequence));
  }

  /** The figures of the clients of these names together; null where they neither call nor receive traces. */
  figures(names: readonly string[]): Partial<Record<ApplicationFigure, number | null>> | null {
    const applications = [...this.byName].flatMap(([client, application]) =>
      names.includes(this.journal.text(client)) ? [application] : [],
    );
    const [first, ...others] = applications;
    if (first === undefined) return null;
    const sum = (figure: (application: Application) => number): number =>
      applications.reduce((total, application) => total + figure(application), 0);
    // Percentiles and sets of several clients are not the sum of theirs.
    const isOne = others.length === 0;
    const calls = sum((application) => application.calls);
    const seconds = (us: number | null): number | null => (us === null ? null : us / US_PER_S);
    return {
      ...(calls > 0 && {
        calls,
        calls_answered: sum((application) => application.answered),
        calls_timed_out: sum((application) => application.timedOut),
        calls_failed: sum((application) => application.failed),
        late_replies: sum((application) => application.late),
      }),
      ...(calls > 0 &&
        isOne && {
          call_latency_p50: seconds(first.latency.percentileUs(0.5)),
          call_latency_p99: seconds(first.latency.percentileUs(0.99)),
        }),
      ...(first.traces > 0 && isOne && { traces: first.traces }),
    };
  }

  private trace(application: Application, publisher: number, sequence: number): void {
    let seen = application.roots.get(publisher);
    if (seen === undefined) application.roots.set(publisher, (seen = new PageBook(this.pool)));
    if (seen.get(sequence) !== 0) return;
    seen.set(sequence, 1);
    application.traces += 1;
  }

  private of(client: number): Application {
    let application = this.byName.get(client);
    if (application === undefined) this.byName.set(client, (application = new Application()));
    return application;
  }
}
