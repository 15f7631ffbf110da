/** The data that came with the page. */
import { type Flow, unpackFlow } from '../data/flow.ts';
import type { PageData } from '../page-data.ts';
import { byId } from './dom.ts';

/** Parsed anew at each call: call it once. */
export function readData(): PageData {
  return JSON.parse(byId('run-data').textContent) as PageData;
}

/** The messages' steps; takes a moment where they are a million. */
export function readFlow({ flow }: PageData): Flow {
  const text = atob(byId('flow-data').textContent);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return unpackFlow(flow, bytes);
}
