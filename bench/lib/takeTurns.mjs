/**
 * Lets sides compute in turn, with progress on a terminal.
 *
 * @param {ReturnType<import('./startSide.mjs').startSide>[]} sides - each answers the task `{}` with its `milliseconds`
 * @param {{ label: string, rounds: number, warmup: number }} options - `warmup`: rounds before those that count
 * @returns {Promise<{ times: number[][], last: object[] }>} milliseconds of each side by round, and the last answer of each
 */
export async function takeTurns(sides, { label, rounds, warmup }) {
  const times = sides.map(() => []);
  const last = [];
  for (let round = 0; round < warmup + rounds; round += 1) {
    for (const [i, side] of sides.entries()) {
      last[i] = await side.ask({});
      if (round >= warmup) times[i].push(last[i].milliseconds);
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${label}: round ${round + 1} of ${warmup + rounds}   `);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  return { times, last };
}
