/** What the script of a report reads: plain data, in types that the page that writes them and the script share. */
import type { EventRows, RunReport } from '../sim/ledger/run-report.ts';
import type { FlowHead } from './data/flow.ts';
import { type PackedMoments, packMoments } from './data/moments.ts';

export interface PageData {
  readonly endUs: number;
  readonly moments: PackedMoments;
  readonly events: EventRows;
  readonly flow: FlowHead;
}

/** The data of a report. */
export function pageData(report: RunReport): PageData {
  const { endUs, nodes, clusterMoments, clusterMomentsTotal, events, flow } = report;
  const { bytes: _, ...head } = flow;
  return { endUs, moments: packMoments(nodes, clusterMoments, clusterMomentsTotal), events, flow: head };
}
