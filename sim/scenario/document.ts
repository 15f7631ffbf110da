/**
 * A YAML text as a document with places. Hostile files are refused before anything recursive sees them: too large, too
 * deep, aliases that multiply, cycles, several documents, keys that are not text, `__proto__`. What is left is plain
 * data for the schema, and a way from a path in that data back to the line and column it came from.
 */
import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import { problemLimit, ScenarioError, type Place, type Problem } from './problem.ts';

const textLimit = 250_000;
const depthLimit = 40;
/** Aliases count with everything they stand for; what another file brings along has a limit of its own. */
const nodeLimit = 100_000;

export type Path = readonly (string | number)[];
export type Data = string | number | boolean | null | readonly Data[] | { readonly [key: string]: Data };

/** A piece of source text that nodes were read from: the file, or one `--set`. */
export interface Origin {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
}

export interface SourceDocument extends Origin {
  readonly yaml: Document.Parsed;
  /** Nodes that came from elsewhere, and where their text begins there. */
  readonly foreign: Map<Node, { readonly origin: Origin; readonly shift: number }>;
  /** The definitions file that was merged into it, if any was. */
  readonly imported?: Origin;
}

/** A text with its lines counted. */
export function originOf(file: string, text: string): Origin {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return { file, text, lines };
}

/** Reads one YAML document. Throws ScenarioError with every syntax problem in it. */
export function readDocument(file: string, text: string): SourceDocument {
  const origin = originOf(file, text);
  const refuse = (offset: number, message: string, hint?: string): never => {
    throw new ScenarioError([syntaxProblem(origin, offset, message, hint)]);
  };
  if (text.length > textLimit) refuse(0, `the file has more than ${textLimit} characters`);
  const tokens = [];
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > depthLimit * 2) refuse(parser.offset, 'nested too deep for a scenario');
  }
  for (const token of parser.end()) tokens.push(token);
  // Merge keys and old booleans belong to YAML 1.1; unknown keys and strings is what they are here.
  // Its own check for keys that stand twice is quadratic; `toData` has one.
  const composer = new Composer({ version: '1.2', merge: false, uniqueKeys: false });
  const documents = [...composer.compose(tokens, true, text.length)];
  const [first, second] = documents;
  if (!first || first.errors.length + first.warnings.length > 0) {
    const found = [...(first?.errors ?? []), ...(first?.warnings ?? [])].slice(0, problemLimit);
    throw new ScenarioError(
      found.map((each) => syntaxProblem(origin, each.pos[0], explain(each.code, each.message))),
    );
  }
  if (second) refuse(second.range[0], 'a second YAML document: one file is one experiment');
  return { ...origin, yaml: first, foreign: new Map() };
}

function explain(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'a tab: YAML is indented with spaces';
  if (code === 'TAG_RESOLVE_FAILED') return `${message.split(' at line ')[0]}: a scenario needs no tags`;
  return message.split(' at line ')[0] ?? message;
}

function syntaxProblem(origin: Origin, offset: number, message: string, hint?: string): Problem {
  return {
    kind: 'syntax',
    ...placeOfOffset(origin, offset),
    message,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** Where the character at `offset` of an origin's text stands. */
export function placeOfOffset(origin: Origin, offset: number): Place {
  const { line, col } = origin.lines.linePos(Math.min(offset, origin.text.length));
  const start = origin.lines.lineStarts[line - 1] ?? 0;
  // An export may be one line of megabytes, and is asked about for each of its rows: nothing here looks at all of it.
  const next = origin.lines.lineStarts[line];
  const end = next === undefined ? origin.text.length : next - 1;
  const excerpt = origin.text.slice(start, origin.text[end - 1] === '\r' ? end - 1 : end);
  return { file: origin.file, line: Math.max(1, line), column: Math.max(1, col), excerpt };
}

/**
 * Plain data of the document: maps as objects, aliases replaced by what they stand for. Throws ScenarioError for
 * what has no place in such data.
 */
export function toData(document: SourceDocument): Data {
  const anchors = new Map<string, Node>();
  const problems: Problem[] = [];
  let nodes = 0;
  const open = new Set<unknown>();
  const report = (node: Node, message: string, hint?: string): null => {
    problems.push({ ...syntaxProblem(document, 0, message, hint), ...placeOf(document, node) });
    return null;
  };
  const convert = (node: unknown, depth: number): Data => {
    if (++nodes > nodeLimit + document.foreign.size)
      throw new ScenarioError([
        syntaxProblem(document, 0, 'too much for one scenario, with all that its aliases repeat'),
      ]);
    if (node === null || node === undefined) return null;
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (!target) return report(node, `nothing before this is called &${node.source}`);
      if (open.has(target)) return report(node, `*${node.source} stands inside what it repeats`);
      return depth > depthLimit ? report(node, 'nested too deep for a scenario') : convert(target, depth + 1);
    }
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined)
      anchors.set(node.anchor, node);
    if (isScalar(node) && node.value === null) return null;
    if (isScalar(node))
      return scalarData(node.value) ?? report(node, 'not a number that a computer can hold');
    if (depth > depthLimit) return report(node as Node, 'nested too deep for a scenario');
    open.add(node);
    let data: Data = null;
    if (isSeq(node)) data = node.items.map((item) => convert(item, depth + 1));
    if (isMap(node)) {
      const object: Record<string, Data> = {};
      for (const pair of node.items) {
        const key = keyText(pair);
        if (key === undefined) report(pair.key as Node, 'a key has to be a text');
        else if (key === '__proto__') report(pair.key as Node, '__proto__ cannot be a key');
        else if (Object.hasOwn(object, key))
          report(pair.key as Node, 'this key stands twice in the same map');
        else object[key] = convert(pair.value, depth + 1);
      }
      data = object;
    }
    open.delete(node);
    return data;
  };
  const data = convert(document.yaml.contents, 0);
  if (problems.length > 0) throw new ScenarioError(problems.slice(0, problemLimit));
  return data;
}

/** Undefined for what is no JSON value. */
function scalarData(value: unknown): Data | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return undefined;
}

/** The text of a pair's key as the file wrote it: `1` and `true` are names too. */
export function keyText(pair: Pair): string | undefined {
  const { key } = pair;
  if (!isScalar(key)) return undefined;
  if (typeof key.value === 'string') return key.value;
  return key.source === undefined || key.source === '' ? undefined : key.source;
}

/** The node at the end of as much of the path as exists, with the pair that holds it. Follows aliases. */
function follow(
  document: SourceDocument,
  path: Path,
): { readonly node: Node | null; readonly key: Node | null } {
  let node: unknown = document.yaml.contents;
  let key: Node | null = null;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document.yaml);
    if (isMap(node)) {
      // A node's name may be written in full where the data has the short one.
      const pair = node.items.find((each) => [String(step), `rabbit@${step}`].includes(keyText(each) ?? ''));
      if (!pair) break;
      key = pair.key as Node;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
      key = null;
      node = node.items[step];
    } else break;
  }
  return { node: (node as Node | null) ?? null, key };
}

/** Where the value at `path` stands (or the key, or the nearest thing around it). */
export function placeAt(document: SourceDocument, path: Path, at: 'key' | 'value'): Place {
  const { node, key } = follow(document, path);
  const empty = node === null || (isScalar(node) && node.source === '');
  const target = key !== null && (at === 'key' || empty) ? key : (node ?? document.yaml.contents);
  return target ? placeOf(document, target) : placeOfOffset(document, 0);
}

function placeOf(document: SourceDocument, node: Node): Place {
  const foreign = document.foreign.get(node);
  const offset = node.range?.[0] ?? 0;
  return foreign ? placeOfOffset(foreign.origin, offset + foreign.shift) : placeOfOffset(document, offset);
}

/** A row longer than this is cut: it is for stories. */
const storyLimit = 1_000;

/** The source text of the value at `path` without comments, blanks and line breaks folded. */
export function textAt(document: SourceDocument, path: Path): string {
  const { node } = follow(document, path);
  const range = node?.range;
  if (!node || !range) return '';
  const text = document.foreign.get(node)?.origin.text ?? document.text;
  const shift = document.foreign.get(node)?.shift ?? 0;
  return text
    .slice(range[0] + shift, Math.min(range[1], range[0] + storyLimit) + shift)
    .replaceAll(/\s+#[^\n]*(?=\n|$)/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
