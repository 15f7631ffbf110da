/** The data that came with the page. */
import type { PageData } from '../page-data.ts';
import { byId } from './dom.ts';

/** Parsed anew at each call: call it once. */
export function readData(): PageData {
  return JSON.parse(byId('run-data').textContent) as PageData;
}
