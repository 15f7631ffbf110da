/**
 * The regular expressions of policies, as RabbitMQ matches names with them: Perl's, unanchored, case matters. Scenario
 * files are untrusted and names are many, so this is a matcher of its own without backtracking: every state of the pattern
 * advances together, and the time is bounded by pattern × name (× name again inside a lookaround), whatever the pattern.
 *
 * Left out: back-references, lookbehind, Unicode properties and possessive or atomic groups, none of which a queue's name needs
 * and some of which cannot be had in such time. They are refused with their place, never misread.
 */
import { parsePattern, PatternError, type PatternNode } from './pattern-syntax.ts';

export { PatternError } from './pattern-syntax.ts';

/** A pattern that is known to be good. */
export interface Pattern {
  readonly source: string;
  /** Whether the pattern matches anywhere in the name. */
  matches(name: string): boolean;
}

type Instruction =
  | { readonly op: 'char'; readonly accepts: (code: number) => boolean }
  | { readonly op: 'fork'; readonly targets: readonly number[] }
  | { readonly op: 'assert'; readonly kind: 'start' | 'end' | 'boundary' | 'inside' }
  | { readonly op: 'look'; readonly program: readonly Instruction[]; readonly negated: boolean }
  | { readonly op: 'match' };

/** Counted repetitions are written out, so a pattern may grow to this many steps and no further. */
const programLimit = 2_000;

/** Compiles a pattern. Throws PatternError with the offset of what is wrong in it. */
export function compilePattern(source: string): Pattern {
  const program = compile(parsePattern(source));
  return { source, matches: (name) => runs(program, name, 0, true) };
}

/** Whether `source` matches anywhere in `name`. For many names compile once instead. */
export function matches(source: string, name: string): boolean {
  return compilePattern(source).matches(name);
}

function compile(node: PatternNode): readonly Instruction[] {
  const program: Instruction[] = [];
  const add = (instruction: Instruction): number => {
    if (program.length >= programLimit) throw new PatternError('this pattern is too large', 0);
    return program.push(instruction) - 1;
  };
  const emit = (each: PatternNode): void => {
    switch (each.kind) {
      case 'chars':
        add({ op: 'char', accepts: each.accepts });
        break;
      case 'assert':
        add({ op: 'assert', kind: each.assertion });
        break;
      case 'look':
        add({ op: 'look', program: compile(each.inner), negated: each.negated });
        break;
      case 'sequence':
        each.items.forEach(emit);
        break;
      case 'choice': {
        const fork = add({ op: 'fork', targets: [] });
        const starts: number[] = [];
        const exits: number[] = [];
        for (const option of each.options) {
          starts.push(program.length);
          emit(option);
          exits.push(add({ op: 'fork', targets: [] }));
        }
        program[fork] = { op: 'fork', targets: starts };
        for (const exit of exits) program[exit] = { op: 'fork', targets: [program.length] };
        break;
      }
      case 'repeat': {
        for (let n = 0; n < each.least; n++) emit(each.inner);
        if (each.most === null) {
          const fork = add({ op: 'fork', targets: [] });
          emit(each.inner);
          add({ op: 'fork', targets: [fork] });
          program[fork] = { op: 'fork', targets: [fork + 1, program.length] };
        } else {
          const skips: number[] = [];
          for (let n = each.least; n < each.most; n++) {
            skips.push(add({ op: 'fork', targets: [] }));
            emit(each.inner);
          }
          for (const skip of skips) program[skip] = { op: 'fork', targets: [skip + 1, program.length] };
        }
        break;
      }
    }
  };
  emit(node);
  add({ op: 'match' });
  return program;
}

/** Runs all states side by side from `from`; unanchored, a new start joins at every position. */
function runs(program: readonly Instruction[], name: string, from: number, unanchored: boolean): boolean {
  let current = new Set<number>();
  for (let at = from; at <= name.length; at++) {
    if (at === from || unanchored) current.add(0);
    if (closure(program, current, name, at)) return true;
    if (at === name.length || (current.size === 0 && !unanchored)) return false;
    const next = new Set<number>();
    const code = name.charCodeAt(at);
    for (const state of current) {
      const instruction = program[state];
      if (instruction?.op === 'char' && instruction.accepts(code)) next.add(state + 1);
    }
    current = next;
  }
  return false;
}

/** Adds every state reachable without taking a character; true if one of them is the end of the pattern. */
function closure(program: readonly Instruction[], states: Set<number>, name: string, at: number): boolean {
  // A Set visits what is added to it during the loop, each state once.
  for (const state of states) {
    const instruction = program[state];
    if (!instruction || instruction.op === 'char') continue;
    if (instruction.op === 'match') return true;
    if (instruction.op === 'fork') for (const target of instruction.targets) states.add(target);
    if (instruction.op === 'assert' && holds(instruction.kind, name, at)) states.add(state + 1);
    if (instruction.op === 'look' && runs(instruction.program, name, at, false) !== instruction.negated)
      states.add(state + 1);
  }
  return false;
}

function holds(kind: 'start' | 'end' | 'boundary' | 'inside', name: string, at: number): boolean {
  if (kind === 'start') return at === 0;
  // Perl's $ also matches before a newline that ends the text.
  if (kind === 'end') return at === name.length || (at === name.length - 1 && name[at] === '\n');
  const word = (index: number): boolean => /^\w$/.test(name.charAt(index));
  return (word(at - 1) !== word(at)) === (kind === 'boundary');
}
