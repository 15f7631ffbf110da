/** Records about what applications make of messages: calls and their answers, what followed from what, and when they give up. */
import { recordType } from '../kernel/record-type.ts';

/** The application has ended for good although nobody stopped it. */
export const clientStopped = recordType('client_stopped', {
  workload: 'name',
  client: 'name',
  reason: 'name',
});
/** A message was published because another had been handled: a service's output, a reply. Written before its `published`. */
export const followed = recordType('followed', { workload: 'name', message: 'message', cause: 'message' });
/** A workload received something of a trace: `message` is the one that the trace began with. */
export const traced = recordType('traced', { workload: 'name', message: 'message' });
/** What became of a call: its answer after `latency`, or none in time, or none because the connection ended. */
export const callMade = recordType('call_made', { workload: 'name', message: 'message' });
export const callAnswered = recordType('call_answered', {
  workload: 'name',
  message: 'message',
  latency: 'us',
});
export const callTimedOut = recordType('call_timed_out', { workload: 'name', message: 'message' });
export const callFailed = recordType('call_failed', { workload: 'name', message: 'message' });
/** An answer that nobody waits for any more. */
export const lateReply = recordType('late_reply', { workload: 'name' });
