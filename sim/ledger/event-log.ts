/**
 * Every record of a run that is not about one message, as rows of numbers beside a table of names: what the report's explorer shows of nodes,
 * queues, clients, faults and operators. Sampled depths are left out, since they have a chart. The first so many are kept, all are counted.
 */
import type { Journal, RecordType } from '../kernel/journal.ts';
import * as applications from '../records/applications.ts';
import * as cluster from '../records/cluster.ts';
import * as proxies from '../records/proxies.ts';
import { rules } from '../rules/registry.ts';
import type { EventField, EventRows } from './run-report.ts';

const EVENTS_MAX = 20_000;

const TYPES: readonly RecordType[] = [cluster, proxies, applications]
  .flatMap((types): RecordType[] => Object.values(types))
  .filter((type) => type !== cluster.queueDepth && type !== applications.lateReply)
  .filter(({ fields }) => fields.every(({ type }) => type !== 'message'));

export class EventLog {
  private readonly journal: Journal;
  /** Time, kind, slots. */
  private readonly rows: number[][] = [];
  private total = 0;
  private isOpen = false;

  /** Subscribes to the journal; what was there before the first phase is no event. */
  constructor(journal: Journal) {
    this.journal = journal;
    journal.on(cluster.phase, () => {
      this.isOpen = true;
    });
    TYPES.forEach((type, kind) => {
      journal.on(type, (timeUs, f0, f1, f2, f3, f4, f5, f6, f7) => {
        if (!this.isOpen) return;
        this.total += 1;
        if (this.rows.length >= EVENTS_MAX) return;
        this.rows.push([timeUs, kind, ...[f0, f1, f2, f3, f4, f5, f6, f7].slice(0, type.slots)]);
      });
    });
  }

  /** What is kept, names resolved. After the run. */
  take(): EventRows {
    const names: string[] = [];
    const numbers = new Map<string, number>();
    const number = (text: string): number => {
      let known = numbers.get(text);
      if (known === undefined) {
        numbers.set(text, (known = names.length));
        names.push(text);
      }
      return known;
    };
    const used = [...new Set(this.rows.map((row) => row[1]!))];
    const kinds = used.map((kind) => ({ record: TYPES[kind]!.name, fields: fieldsOf(TYPES[kind]!) }));
    const rows = this.rows.map(([timeUs = 0, kind = 0, ...slots]) => {
      const values = slots.map((slot, index) => {
        const field = TYPES[kind]!.fields[index]!;
        if (field.name === 'rule') return number(rules[slot]?.id ?? '');
        return field.type === 'name' ? number(this.journal.text(slot)) : slot;
      });
      return [timeUs, used.indexOf(kind), ...values];
    });
    return { kinds, names, rows, total: this.total };
  }
}

function fieldsOf({ fields }: RecordType): EventField[] {
  return fields.map(({ name, type }) => ({
    name,
    type: name === 'rule' || type === 'name' ? 'name' : type === 'flag' || type === 'us' ? type : 'int',
  }));
}
