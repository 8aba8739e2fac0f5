import type { RunEvent } from '../run/RunEvent.js';

/** What a training process tells its parent. */
export type WorkerMessage =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'result'; readonly path: string; readonly seconds: number; readonly stoppedBy: string }
  | { readonly type: 'error'; readonly message: string };
