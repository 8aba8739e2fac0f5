import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Starts a process that answers each line of JSON with a line of JSON: one side of a race whose sides take turns, so that only one of them
 * computes at a time and whatever else the machine does meets all.
 *
 * @param {string} name - for messages
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {Readonly<Record<string, string>>} [variables] - beside those of this process
 * @returns `name`; `ask`, which sends a task and resolves to the answer, and rejects when the process ends instead; `stop`, after which the
 *   process must end by itself, for its input has ended
 */
export function startSide(name, command, parameters, variables = {}) {
  const child = spawn(command, parameters, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...variables },
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = once(child, 'error').then(([error]) => {
    throw new Error(`${name}: ${command} must start, got: ${error.message}`, { cause: error });
  });
  failed.catch(() => undefined); // told to whoever asks
  child.stdin.on('error', () => undefined); // the process has ended; `ask` says so
  return {
    name,
    async ask(task) {
      child.stdin.write(`${JSON.stringify(task)}\n`);
      const { value, done } = await Promise.race([answers.next(), failed]);
      if (done) throw new Error(`${name}: the process must answer each task, but it ended. Its message stands above.`);
      return JSON.parse(value);
    },
    stop: () => child.stdin.end(),
  };
}
