/**
 * What every builder needs: where a path of the data stands in the file, which names are declared, and a place to put
 * what is wrong.
 */
import { shownIn } from '../../records/resource-name.ts';
import { placeAt, textAt, type Path, type SourceDocument } from '../document.ts';
import { notModelledYet } from '../modelled.ts';
import type { Problem } from '../problem.ts';
import { didYouMean } from '../suggest.ts';
import { FEDERATION_PREFIX, isClient, predeclaredExchanges, type NameKind, type Names } from './names.ts';

/** How one such thing is called in a message, with its article. */
const kindWords: Readonly<Record<NameKind, string>> = {
  node: 'a node',
  proxy: 'a proxy',
  workload: 'a workload',
  client: 'a client',
  queue: 'a queue',
  exchange: 'an exchange',
  vhost: 'a vhost',
  user: 'a user',
};

export class Checker {
  readonly problems: Problem[] = [];
  readonly names: Names;
  readonly allowUnmodelled: boolean;
  readonly #document: SourceDocument;
  /** What did not fit the schema and was left out. */
  readonly #leftOut: Path[] = [];
  readonly #kept: ReadonlyMap<string, readonly number[]>;

  /** `kept`: where the elements of top-level lists stood in the file, for lists that lost some (see `prune.ts`). */
  constructor(
    document: SourceDocument,
    names: Names,
    kept: ReadonlyMap<string, readonly number[]>,
    allowUnmodelled: boolean,
  ) {
    this.#document = document;
    this.names = names;
    this.#kept = kept;
    this.allowUnmodelled = allowUnmodelled;
  }

  /** A problem that the schema found: what stands there (in the file) is left out of everything else. */
  leaveOut(path: Path, message: string, hint: string | undefined, at: 'key' | 'value'): void {
    this.#reportAt('invalid', path, message, hint, at);
    this.#leftOut.push(path);
  }

  /** From a path of the pruned data to one of the file. */
  #original(path: Path): Path {
    const [list, index, ...rest] = path;
    const kept = this.#kept.get(String(list));
    return kept && typeof index === 'number' ? [String(list), kept[index] ?? index, ...rest] : path;
  }

  /** Whether something at or below `path` was left out, so that what misses there need not be the file's fault. */
  incomplete(path: Path): boolean {
    const original = this.#original(path);
    return this.#leftOut.some((left) => original.every((step, index) => left[index] === step));
  }

  /** Something is wrong with the value at `path` (or with its key). */
  problem(path: Path, message: string, hint?: string, at: 'key' | 'value' = 'value'): void {
    if (!this.incomplete(path)) this.#report('invalid', path, message, hint, at);
  }

  /** The scenario uses this part of the language: a problem if the engine does not model it yet. */
  uses(path: Path, part: string, at: 'key' | 'value' = 'key'): void {
    const sentence = notModelledYet.get(part);
    if (sentence !== undefined) this.#report('unmodelled', path, sentence, undefined, at);
  }

  /** RabbitMQ's own, without any model. */
  unmodelled(path: Path, message: string, hint?: string, at: 'key' | 'value' = 'key'): void {
    this.#report('unmodelled', path, message, hint, at);
  }

  #report(
    kind: Problem['kind'],
    path: Path,
    message: string,
    hint: string | undefined,
    at: 'key' | 'value',
  ): void {
    this.#reportAt(kind, this.#original(path), message, hint, at);
  }

  #reportAt(
    kind: Problem['kind'],
    path: Path,
    message: string,
    hint: string | undefined,
    at: 'key' | 'value',
  ): void {
    const place = placeAt(this.#document, path, at);
    this.problems.push({ kind, ...place, message, ...(hint === undefined ? {} : { hint }) });
  }

  /** 1-based line of the value at `path`; of the key for a map's entry. What was imported stands where the scenario imports it. */
  line(path: Path, at: 'key' | 'value' = 'key'): number {
    const { file, line } = placeAt(this.#document, this.#original(path), at);
    const { imported } = this.#document;
    return imported?.file === file ? placeAt(this.#document, ['definitions'], 'key').line : line;
  }

  /** The source text at `path` on one line. */
  text(path: Path): string {
    return textAt(this.#document, this.#original(path));
  }

  /** A name that has to be one of these kinds. `at` says whether the name is a key. */
  known(path: Path, name: string, kinds: readonly NameKind[], at: 'key' | 'value' = 'value'): void {
    if (kinds.includes('exchange')) this.uses(path, `predeclared exchange ${name}`, at);
    const sets = kinds.flatMap((kind) => (kind === 'client' ? [] : [this.names[kind]]));
    if (sets.some((set) => set.has(name)) || (kinds.includes('client') && isClient(this.names, name))) return;
    if (kinds.includes('queue') && this.names.severalClusters && name.startsWith(FEDERATION_PREFIX)) return;
    const what = kinds.filter((kind) => kind !== 'client').map((kind) => kindWords[kind]);
    const hint = didYouMean(
      name,
      sets.flatMap((set) => [...set]),
    );
    this.problem(path, `nothing declares ${what.join(' or ')} called "${name.slice(0, 60)}"`, hint, at);
  }

  /** A queue or exchange in a virtual host; results call it `vhost/name`. */
  knownIn(vhost: string, path: Path, name: string, kind: 'queue' | 'exchange'): void {
    if (kind === 'exchange' && predeclaredExchanges.includes(name))
      this.uses(path, `predeclared exchange ${name}`, 'value');
    else this.known(path, shownIn(vhost, name), [kind]);
  }

  /** All of these have to be nodes. */
  nodes(path: Path, names: readonly string[]): void {
    names.forEach((name, index) => this.known(names.length > 1 ? [...path, index] : path, name, ['node']));
  }

  /** This has to be a machine: a node, or a proxy where there are any. */
  machine(path: Path, name: string): void {
    this.known(path, name, this.names.proxy.size > 0 ? ['node', 'proxy'] : ['node']);
  }

  /** All of these have to be machines. */
  machines(path: Path, names: readonly string[]): void {
    names.forEach((name, index) => this.machine(names.length > 1 ? [...path, index] : path, name));
  }

  /** Two things of one kind must not share a name. `pathOf` gives the path of the nth name. */
  distinct(what: string, names: readonly string[], pathOf: (index: number) => Path): void {
    const seen = new Set<string>();
    names.forEach((name, index) => {
      if (seen.has(name)) this.problem(pathOf(index), `a second ${what} called "${name.slice(0, 60)}"`);
      seen.add(name);
    });
  }
}
