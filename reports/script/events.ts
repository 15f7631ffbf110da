/** Events of the cluster as a reader meets them: a name, where it was, and the rest as pairs. */
import type { EventRows } from '../../sim/ledger/run-report.ts';

/** Fields that say where: at which node or proxy, or of which client. */
const PLACES: readonly string[] = ['node', 'on', 'proxy', 'workload', 'client'];

export interface EventWords {
  readonly timeUs: number;
  readonly record: string;
  /** Empty where it has none. */
  readonly place: string;
  readonly queue: string;
  readonly details: readonly (readonly [string, string])[];
}

/** Row `index` in words. */
export function eventAt({ kinds, names, rows }: EventRows, index: number): EventWords {
  const [timeUs = 0, kind = 0, ...values] = rows[index] ?? [];
  const { record = '', fields = [] } = kinds[kind] ?? {};
  const pairs = fields.map(({ name, type }, nth): readonly [string, string] => {
    const value = values[nth] ?? 0;
    if (type === 'name') return [name, names[value] ?? ''];
    if (type === 'flag') return [name, value === 0 ? 'no' : 'yes'];
    return [name, type === 'us' ? `${value / 1_000_000} s` : String(value)];
  });
  const of = (name: string): string => pairs.find(([field]) => field === name)?.[1] ?? '';
  const place = PLACES.find((name) => of(name) !== '') ?? '';
  return {
    timeUs,
    record,
    place: of(place),
    queue: of('queue'),
    details: pairs.filter(([name, value]) => name !== place && name !== 'queue' && value !== ''),
  };
}

/** What an event says besides where it was: `state running, why start`. A field of the event's own name goes without it. */
export function detailsText({ record, details }: Pick<EventWords, 'record' | 'details'>): string {
  return details.map(([name, value]) => (name === record ? value : `${name} ${value}`)).join(', ');
}

/** The first row at or after a moment; as many as there are, if none is. */
export function firstAt({ rows }: EventRows, us: number): number {
  let from = 0;
  let to = rows.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((rows[middle]?.[0] ?? 0) < us) from = middle + 1;
    else to = middle;
  }
  return from;
}
