/**
 * Where on its line an expectation begins. Results name the line of what failed and its words; an annotation in a pull request wants the column as
 * well, and one line of YAML may hold several expectations. Which one is meant is read off their keys, so that neither the model nor
 * the trace hash over it has to carry columns.
 */
import {
  placeAt,
  readDocument,
  textAt,
  toData,
  type Data,
  type Path,
  type SourceDocument,
} from './document.ts';
import { ScenarioError } from './problem.ts';

interface Candidate {
  readonly line: number;
  readonly column: number;
  /** The names on its way, below `expect`. */
  readonly names: readonly string[];
  readonly text: string;
}

/** The expectations of one file with their places. */
export class ExpectationPlaces {
  private readonly candidates: readonly Candidate[];
  private readonly lines: readonly string[];

  /** `text` is a file that loads; of one that does not, every column is where its line begins. */
  constructor(file: string, text: string) {
    this.lines = text.split('\n');
    this.candidates = candidatesIn(file, text);
  }

  /** The column, counted from 1, of what the ledger calls `expected` on `line`: its own, or that of the first thing there. */
  columnOf(line: number, expected: string): number {
    let best: Candidate | undefined;
    let most = -1;
    for (const candidate of this.candidates) {
      if (candidate.line !== line) continue;
      const likeness = likenessOf(candidate, expected);
      if (likeness <= most) continue;
      most = likeness;
      best = candidate;
    }
    return best?.column ?? this.textOf(line).search(/\S|$/) + 1;
  }

  /** The line as the file has it, empty beyond its end. */
  textOf(line: number): string {
    return (this.lines[line - 1] ?? '').replace(/\r$/, '');
  }
}

/** A row is known by its whole text, anything else by its names: the more of them the better. */
function likenessOf({ names, text }: Candidate, expected: string): number {
  if (text !== '' && text === expected) return Number.MAX_SAFE_INTEGER;
  return names.filter((name) => holdsWord(expected, name)).length;
}

/** Whether the name stands there by itself, not as a part of another. */
function holdsWord(text: string, name: string): boolean {
  if (name === '') return false;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (!/\w/.test(text[at - 1] ?? ' ') && !/\w/.test(text[at + name.length] ?? ' ')) return true;
  return false;
}

function candidatesIn(file: string, text: string): readonly Candidate[] {
  try {
    const document = readDocument(file, text);
    const data = toData(document);
    return pathsIn(below(data, 'expect'), ['expect']).map((path) => candidateAt(document, path));
  } catch (error) {
    if (error instanceof ScenarioError) return [];
    throw error;
  }
}

function candidateAt(document: SourceDocument, path: Path): Candidate {
  const { line, column } = placeAt(document, path, 'key');
  const names = path.slice(1).filter((step) => typeof step === 'string');
  const isRow = typeof path.at(-1) === 'number';
  return { line, column, names, text: isRow ? textAt(document, path) : '' };
}

/** The keys whose values are maps of expectations by name, and how deep those are nested. */
const depths: Readonly<Record<string, number>> = {
  messages: 1,
  availability: 1,
  workloads: 2,
  queues: 2,
  nodes: 1,
  partitions: 1,
  members: 1,
  running: 1,
  clients: 1,
};

/** Paths of everything in a block that a failure may point at, outer ones first. */
function pathsIn(block: Data, path: Path): readonly Path[] {
  const paths: Path[] = [path];
  for (const [key, value] of entries(block)) {
    const at = [...path, key];
    if (key in depths) paths.push(...named(value, at, depths[key] ?? 0));
    else if (key === 'timeline' || key === 'causes')
      paths.push(...items(value).map((_, nth) => [...at, nth]));
    else if (key === 'at' || key === 'any_of')
      items(value).forEach((item, nth) => paths.push(...pathsIn(item, [...at, nth])));
    else if (key === 'sometimes') paths.push(...pathsIn(value, at));
    else paths.push(at);
  }
  return paths;
}

function named(value: Data, path: Path, depth: number): readonly Path[] {
  if (depth === 0) return [path];
  return [path, ...entries(value).flatMap(([key, inner]) => named(inner, [...path, key], depth - 1))];
}

function below(data: Data, key: string): Data {
  return entries(data).find(([name]) => name === key)?.[1] ?? null;
}

function entries(data: Data): readonly (readonly [string, Data])[] {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? Object.entries(data) : [];
}

function items(data: Data): readonly Data[] {
  return Array.isArray(data) ? (data as readonly Data[]) : [];
}
