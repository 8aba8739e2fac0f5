import { describeError } from '../run/describeError.js';
import type { ResolvedConfig } from '../config/resolveConfig.js';
import { train } from '../pipeline/train.js';
import type { WorkerMessage } from './WorkerMessage.js';

/** One training run in a process of its own: receives the settings as its first message, sends events and the result. */
const send = (message: WorkerMessage): void => void process.send?.(message);
const controller = new AbortController();
process.on('SIGINT', () => controller.abort());
process.on('SIGTERM', () => controller.abort());

process.once('message', (resolved: ResolvedConfig) => {
  train(resolved, { onEvent: (event) => send({ type: 'event', event }), signal: controller.signal }).then(
    ({ path, seconds, stoppedBy }) => {
      send({ type: 'result', path, seconds, stoppedBy });
      process.disconnect();
    },
    (error: unknown) => {
      send({ type: 'error', message: describeError(error, process.env) });
      process.disconnect();
      process.exitCode = 1;
    },
  );
});
