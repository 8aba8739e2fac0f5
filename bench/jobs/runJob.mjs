import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const job = join(dirname(fileURLToPath(import.meta.url)), 'job.mjs');

/**
 * Trains in a process of its own.
 *
 * @param {object} settings - of `train` of `@crossmodal/example`
 * @returns {object} what `job.mjs` prints
 * @throws Error when the process fails; its message stands on standard error
 */
export function runJob(settings) {
  const { status, stdout } = spawnSync(process.execPath, [job, String(Date.now()), JSON.stringify(settings)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`job: training must end with 0, got ${status}. Its message stands above.`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}
