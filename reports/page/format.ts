/** Numbers, times and counts as a person reads them; English, independent of locale, equal on every machine. */

const US_PER_SECOND = 1_000_000;

/** Virtual microseconds as seconds. */
export function secondsOf(us: number): number {
  return us / US_PER_SECOND;
}

/** An integer with thin groups of three: `12 345`. Other numbers as they are. */
export function formatCount(value: number): string {
  if (!Number.isInteger(value) || Math.abs(value) < 10_000) return String(value);
  return String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** A moment on the run's clock, to the millisecond: `29.812 s`, `10:04.250` from ten minutes on. */
export function formatTime(us: number): string {
  const ms = Math.round(us / 1000);
  if (ms < 600_000) return `${(ms / 1000).toFixed(3)} s`;
  const minutes = Math.floor(ms / 60_000);
  return `${minutes}:${((ms - minutes * 60_000) / 1000).toFixed(3).padStart(6, '0')}`;
}

/** A length of time with three digits and its unit: `850 µs`, `2.1 ms`, `21.4 s`, `12 min`. */
export function formatDuration(us: number): string {
  if (us < 1_000) return `${us} µs`;
  if (us < US_PER_SECOND) return `${trimmed(us / 1_000)} ms`;
  if (us < 600 * US_PER_SECOND) return `${trimmed(us / US_PER_SECOND)} s`;
  return `${trimmed(us / (60 * US_PER_SECOND))} min`;
}

/** `1 message`, `2 messages`. */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `text`, cut to `charactersMax` with an ellipsis. */
export function shortened(text: string, charactersMax: number): string {
  const characters = [...text];
  return characters.length <= charactersMax ? text : `${characters.slice(0, charactersMax - 1).join('')}…`;
}

/** As `shortened`, with the ellipsis in the middle: names that begin alike are told apart by their ends. */
export function shortenedInside(text: string, charactersMax: number): string {
  const characters = [...text];
  if (characters.length <= charactersMax) return text;
  const kept = Math.max(2, charactersMax - 1);
  const tail = Math.floor(kept / 2);
  return `${characters.slice(0, kept - tail).join('')}…${characters.slice(-tail).join('')}`;
}

function trimmed(value: number): string {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return String(Number(value.toFixed(digits)));
}
