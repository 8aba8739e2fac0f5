import { describeError } from '../run/describeError.js';
import type { BenchReply, BenchRequest } from './BenchMessage.js';
import { openWorkload } from './openWorkload.js';
import type { Workload } from './workloads/Workload.js';

/** Measures one thing in a process of its own: is told what, gets ready, and takes a round whenever it is asked to. */
const send = (reply: BenchReply): void => void process.send?.(reply);
let workload: Workload | undefined;

async function answer(request: BenchRequest): Promise<BenchReply> {
  if (request.type === 'start') {
    workload = await openWorkload(request);
    return { type: 'ready', ready: workload.ready };
  }
  if (!workload) throw new Error('bench worker: a round must come after the start.');
  const round = await workload.measure(request.atLeastMs);
  return { type: 'round', round: { ...round, peakBytes: process.resourceUsage().maxRSS * 1024 } };
}

process.on('message', (request: BenchRequest) => {
  answer(request).then(send, (error: unknown) => send({ type: 'error', message: describeError(error, process.env) }));
});
// Whoever asked is gone. Native threads may outlive the work: leave on our own terms.
process.on('disconnect', () => process.exit(0));
