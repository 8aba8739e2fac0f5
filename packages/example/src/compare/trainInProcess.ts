import { fork } from 'node:child_process';
import type { ResolvedConfig } from '../config/resolveConfig.js';
import type { OnRunEvent } from '../run/RunEvent.js';
import type { WorkerMessage } from './WorkerMessage.js';

/** Where a finished run lies. */
export interface FinishedRun {
  readonly path: string;
  readonly seconds: number;
  readonly stoppedBy: string;
}

/** Trains in a child process: the wasm backend computes on one thread, so two processes use two cores. */
export function trainInProcess(
  resolved: ResolvedConfig,
  onEvent: OnRunEvent,
  signal?: AbortSignal,
): Promise<FinishedRun> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('./compare-worker.js', import.meta.url), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const stop = (): void => void child.kill('SIGTERM');
    signal?.addEventListener('abort', stop, { once: true });
    let outcome: WorkerMessage | undefined;
    child.on('message', (message: WorkerMessage) => {
      if (message.type === 'event') onEvent(message.event);
      else outcome = message;
    });
    child.on('error', reject);
    child.on('exit', (code, killedBy) => {
      signal?.removeEventListener('abort', stop);
      if (outcome?.type === 'result') resolve(outcome);
      else if (outcome?.type === 'error') reject(new Error(outcome.message));
      else
        reject(
          new Error(`training process for ${resolved.config.fusionStrategy} ended with ${killedBy ?? `code ${code}`}.`),
        );
    });
    child.send(resolved);
  });
}
