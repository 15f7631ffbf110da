/** An operation of a Jepsen history as text: EDN as Jepsen itself keeps it (`history.edn`), or JSON with the same keys. */

export type OperationType = 'invoke' | 'ok' | 'fail' | 'info';

export interface Operation {
  /** Nanoseconds from the start of the scenario. */
  readonly time: number;
  /** A number for a client; `nemesis` for faults. */
  readonly process: number | 'nemesis';
  readonly type: OperationType;
  readonly f: 'enqueue' | 'dequeue' | 'drain' | 'start' | 'stop';
  /** Null: not known yet, or none. */
  readonly value: string | readonly string[] | null;
  /** Why it failed, or why nobody knows. */
  readonly error?: string;
  /** The queue that a dequeue got its value from; no checker asks, a person may. */
  readonly queue?: string;
  readonly node?: string;
}

/** Writes one operation, which is the `index`th of its history. Ends with a line feed. */
export type WriteOperation = (operation: Operation, index: number) => string;

export const asJson: WriteOperation = (operation, index) => `${JSON.stringify({ index, ...operation })}\n`;

export const asEdn: WriteOperation = (operation, index) => {
  const { time, process, type, f, value, error, queue, node } = operation;
  const entries = [
    `:index ${index}`,
    `:time ${time}`,
    `:process ${process === 'nemesis' ? ':nemesis' : process}`,
    `:type :${type}`,
    `:f :${f}`,
    `:value ${ednValue(value)}`,
    ...(error === undefined ? [] : [`:error ${ednText(error)}`]),
    ...(queue === undefined ? [] : [`:queue ${ednText(queue)}`]),
    ...(node === undefined ? [] : [`:node ${ednText(node)}`]),
  ];
  return `{${entries.join(', ')}}\n`;
};

function ednValue(value: Operation['value']): string {
  if (value === null) return 'nil';
  return typeof value === 'string' ? ednText(value) : `[${value.map(ednText).join(' ')}]`;
}

/** EDN's strings know the escapes of JSON's. */
function ednText(text: string): string {
  return JSON.stringify(text);
}
