/**
 * One process that runs scenarios for another, as the pool sees it. Processes rather than threads: they cost a fourteenth more processor
 * time, but a run that uses up all memory ends its own process and nobody else's, which a thread of V8 does not promise.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { Answer, Order } from './job.ts';

export interface Worker {
  /** Orders are read in the order in which they were sent. */
  send(order: Order): void;
  /** Ends it at once, whatever it is doing. */
  kill(): void;
}

export interface WorkerListener {
  onAnswer(answer: Answer): void;
  /** It is gone, killed or not; nothing comes any more. `how` is half a sentence: `was ended by SIGABRT`. */
  onExit(how: string): void;
}

export type StartWorker = (listener: WorkerListener) => Worker;

/** Starts `program` as a process of its own. It hears nothing and says nothing but its answers; it ends when this process does. */
export function processWorker(program: URL): StartWorker {
  const children = new Set<ChildProcess>();
  process.on('exit', () => {
    for (const child of children) child.kill('SIGKILL');
  });
  return (listener) => {
    const child = fork(program, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    children.add(child);
    const gone = (how: string): void => {
      if (children.delete(child)) listener.onExit(how);
    };
    child.on('message', (message) => listener.onAnswer(message as Answer));
    child.on('exit', (code, signal) =>
      gone(signal === null ? `ended with ${code}` : `was ended by ${signal}`),
    );
    child.on('error', (error) => gone(`failed: ${error.message}`));
    return {
      // A process that is just dying cannot be told anything; its exit says the rest.
      send: (order) => void child.send(order, () => undefined),
      kill: () => void child.kill('SIGKILL'),
    };
  };
}
