/**
 * A file in Chrome's trace event format, written event by event, which ui.perfetto.dev opens. Processes and threads introduce themselves
 * with their names when they are first used. Times are microseconds; what happens on one thread at the same microsecond is laid out side
 * by side, a nanosecond each, because slices of one thread may only nest and Perfetto stacks no more than some hundreds.
 */
import type { Write } from './exporter.ts';

type Arguments = Readonly<Record<string, string | number | boolean>>;

interface Thread {
  readonly pid: number;
  readonly tid: number;
  /** Until when it is occupied. */
  freeFromNs: number;
}

interface Process {
  readonly pid: number;
  readonly threads: Map<string, Thread>;
}

/** How a slice takes part in a flow: its first, a later, or its last station. */
export interface Station {
  readonly phase: 's' | 't' | 'f';
  readonly flow: number;
}

const NS_PER_US = 1_000;

export class TraceEvents {
  private readonly write: Write;
  private readonly processes = new Map<string, Process>();
  private spans = 0;
  private isFirst = true;

  constructor(write: Write) {
    this.write = write;
    write('{"displayTimeUnit":"ms","traceEvents":[\n');
  }

  /** `about` becomes the file's metadata. Nothing may follow. */
  end(about: Arguments): void {
    this.write(`\n],"otherData":${JSON.stringify(about)}}\n`);
  }

  /** The order in which processes are named first is the order in which they are shown. */
  process(name: string): void {
    this.processOf(name);
  }

  /** Something that took no time, as a slice, which a flow may pass through. */
  slice(
    process: string,
    thread: string,
    timeUs: number,
    name: string,
    args: Arguments,
    station: Station | null,
  ): void {
    const track = this.threadOf(process, thread);
    const { pid, tid } = track;
    const fromNs = Math.max(timeUs * NS_PER_US, track.freeFromNs);
    track.freeFromNs = fromNs + 1;
    const ts = microseconds(fromNs);
    this.event(
      `"ph":"X","ts":${ts},"dur":0.001,"pid":${pid},"tid":${tid},"name":${JSON.stringify(name)},"args":${JSON.stringify(args)}`,
    );
    if (station === null) return;
    const end = station.phase === 'f' ? ',"bp":"e"' : '';
    this.event(
      `"ph":"${station.phase}","ts":${ts},"pid":${pid},"tid":${tid},"cat":"message","name":"message","id":"${hex(station.flow)}"${end}`,
    );
  }

  /** Something that took no time and concerns a whole thread. */
  instant(process: string, thread: string, timeUs: number, name: string, args: Arguments): void {
    const { pid, tid } = this.threadOf(process, thread);
    this.event(
      `"ph":"i","s":"t","ts":${timeUs},"pid":${pid},"tid":${tid},"name":${JSON.stringify(name)},"args":${JSON.stringify(args)}`,
    );
  }

  /** Begins something that lasts and may overlap with others. Returns what ends it. */
  begin(
    process: string,
    timeUs: number,
    category: string,
    name: string,
    args: Arguments = {},
  ): (timeUs: number) => void {
    const { pid } = this.processOf(process);
    this.spans += 1;
    const identity = `"pid":${pid},"tid":0,"cat":${JSON.stringify(category)},"id":"${hex(this.spans)}","name":${JSON.stringify(name)}`;
    this.event(`"ph":"b","ts":${timeUs},${identity},"args":${JSON.stringify(args)}`);
    return (endUs) => this.event(`"ph":"e","ts":${endUs},${identity}`);
  }

  /** Values of one counter from now on. */
  counter(process: string, timeUs: number, name: string, values: Readonly<Record<string, number>>): void {
    const { pid } = this.processOf(process);
    this.event(
      `"ph":"C","ts":${timeUs},"pid":${pid},"name":${JSON.stringify(name)},"args":${JSON.stringify(values)}`,
    );
  }

  private event(fields: string): void {
    this.write(`${this.isFirst ? '' : ',\n'}{${fields}}`);
    this.isFirst = false;
  }

  private processOf(name: string): Process {
    const known = this.processes.get(name);
    if (known !== undefined) return known;
    const process = { pid: this.processes.size + 1, threads: new Map<string, Thread>() };
    this.processes.set(name, process);
    const { pid } = process;
    this.event(`"ph":"M","pid":${pid},"tid":0,"name":"process_name","args":{"name":${JSON.stringify(name)}}`);
    this.event(`"ph":"M","pid":${pid},"tid":0,"name":"process_sort_index","args":{"sort_index":${pid}}`);
    return process;
  }

  private threadOf(processName: string, name: string): Thread {
    const { pid, threads } = this.processOf(processName);
    const known = threads.get(name);
    if (known !== undefined) return known;
    // Thread 0 of a process stands for the process itself.
    const thread = { pid, tid: threads.size + 1, freeFromNs: 0 };
    threads.set(name, thread);
    this.event(
      `"ph":"M","pid":${pid},"tid":${thread.tid},"name":"thread_name","args":{"name":${JSON.stringify(name)}}`,
    );
    return thread;
  }
}

/** As a decimal number with exactly the digits that are needed. */
function microseconds(ns: number): string {
  const us = Math.floor(ns / NS_PER_US);
  const rest = ns - us * NS_PER_US;
  return rest === 0 ? String(us) : `${us}.${String(rest).padStart(3, '0')}`;
}

function hex(id: number): string {
  return `0x${id.toString(16)}`;
}
