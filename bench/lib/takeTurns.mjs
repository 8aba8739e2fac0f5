import { setTimeout as pause } from 'node:timers/promises';

/** Threads of ONNX Runtime and OpenMP wait awake for their next work; after this many milliseconds those of the side before are asleep. */
const REST = 200;

/**
 * Lets sides compute in turn, with progress on a terminal. Before each turn the machine comes to rest, and every other round goes backwards, so that no
 * side always follows the same one.
 *
 * @param {ReturnType<import('./startSide.mjs').startSide>[]} sides - each answers the task with its `milliseconds`
 * @param {{ label: string, rounds: number, warmup: number, task?: object }} options - `warmup`: rounds before those that count
 * @returns {Promise<{ times: number[][], last: object[] }>} milliseconds of each side by round, and the last answer of each
 */
export async function takeTurns(sides, { label, rounds, warmup, task = {} }) {
  const times = sides.map(() => []);
  const last = [];
  for (let round = 0; round < warmup + rounds; round += 1) {
    const order = [...sides.entries()];
    for (const [i, side] of round % 2 === 0 ? order : order.reverse()) {
      await pause(REST);
      last[i] = await side.ask(task);
      if (round >= warmup) times[i].push(last[i].milliseconds);
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${label}: round ${round + 1} of ${warmup + rounds}   `);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  return { times, last };
}
