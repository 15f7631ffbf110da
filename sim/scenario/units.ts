/**
 * Quantities as people write them: `250ms`, `4kB`, `100/s`, `5%`, `100Mbit`, `500M`. One entry each: the pattern that
 * a text must match, and what one unit is worth. Units are never guessed; kB is 1,000 bytes.
 */

export interface Quantity {
  /** What is needed, with its article: for messages. */
  readonly what: string;
  readonly examples: string;
  readonly pattern: RegExp;
  readonly units: { readonly [unit: string]: number };
}

/** Nine digits before the point keep every product below 2^53, and outlast any run. */
const digits = String.raw`^(\d{1,9}(?:\.\d{1,9})?)`;

/** In microseconds. */
export const time: Quantity = {
  what: 'a time',
  examples: '250ms, 8s, 2m or 1h',
  pattern: new RegExp(`${digits}(us|ms|s|m)$|^(\\d{1,6}(?:\\.\\d{1,9})?)(h)$`),
  units: { us: 1, ms: 1_000, s: 1_000_000, m: 60_000_000, h: 3_600_000_000 },
};

/** In bytes. */
export const size: Quantity = {
  what: 'a size',
  examples: '100B, 4kB or 1MB',
  pattern: new RegExp(`${digits}(B|kB|MB)$|^(\\d{1,6}(?:\\.\\d{1,9})?)(GB)$`),
  units: { B: 1, kB: 1_000, MB: 1_000_000, GB: 1_000_000_000 },
};

/** In bits a second. */
export const bandwidth: Quantity = {
  what: 'a bandwidth in bits per second',
  examples: '30Mbit or 1Gbit',
  pattern: new RegExp(`${digits}(bit|kbit|Mbit)$|^(\\d{1,6}(?:\\.\\d{1,9})?)(Gbit)$`),
  units: { bit: 1, kbit: 1_000, Mbit: 1_000_000, Gbit: 1_000_000_000 },
};

/** In turns a second; not rounded. */
export const rate: Quantity = {
  what: 'a rate',
  examples: '100/s or 0.5/s',
  pattern: new RegExp(`${digits}(/s)$`),
  units: { '/s': 1 },
};

/** A share of the whole, 0 to 1; not rounded. */
export const share: Quantity = {
  what: 'a share',
  examples: '5% or 0.1%',
  pattern: /^(100(?:\.0+)?|\d{1,2}(?:\.\d{1,9})?)(%)$/,
  units: { '%': 0.01 },
};

/** How many, where the unit is a factor that may be absent. */
export const amount: Quantity = {
  what: 'a number',
  examples: '20000, 500k or 20M',
  pattern: new RegExp(`${digits}(k|M)?$|^(\\d{1,6}(?:\\.\\d{1,9})?)(G)$`),
  units: { '': 1, k: 1_000, M: 1_000_000, G: 1_000_000_000 },
};

/** The number a text stands for in the quantity's base unit, not rounded; undefined if it does not match. */
export function parseQuantity(quantity: Quantity, text: string): number | undefined {
  const match = quantity.pattern.exec(text);
  if (!match) return undefined;
  const number = match[1] ?? match[3];
  const unit = match[2] ?? match[4] ?? '';
  const worth = quantity.units[unit];
  if (number === undefined || worth === undefined) return undefined;
  // Dividing by 100 is exact where multiplying by 0.01 is not: 7% is 0.07.
  return unit === '%' ? Number(number) / 100 : Number(number) * worth;
}

/** A time as a person would write it: `8s`, `1.5s`, `250ms`. */
export function formatTime(us: number): string {
  for (const unit of ['h', 'm', 's', 'ms'] as const) {
    const worth = time.units[unit] ?? 1;
    if (us >= worth && us % (worth / (unit === 's' ? 1000 : 1)) === 0) return `${us / worth}${unit}`;
  }
  return `${us}us`;
}
