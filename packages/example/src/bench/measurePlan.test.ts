import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/tinyWorld.js';
import type { RunEvent } from '../run/RunEvent.js';
import type { BenchOptions } from './BenchOptions.js';
import { measurePlan } from './measurePlan.js';
import type { PlannedWork } from './planBench.js';

const options: BenchOptions = {
  backends: undefined,
  only: ['tokens'],
  rounds: 2,
  quick: true,
  limitSeconds: 1,
  threads: undefined,
  data: undefined,
  epochs: undefined,
};

async function measure(plan: (texts: readonly string[]) => readonly PlannedWork[], own: Partial<BenchOptions> = {}) {
  const events: RunEvent[] = [];
  const log = join(temporaryFolder(), 'requests');
  const results = await measurePlan(
    plan([log]),
    { ...options, ...own },
    {
      worker: new URL('__fixtures__/measuringProcess.mjs', import.meta.url),
      onEvent: (event) => events.push(event),
      signal: new AbortController().signal,
    },
  );
  const steps = events.flatMap((event) => (event.type === 'progress' ? [event] : []));
  const rounds = readFileSync(log, 'utf8').match(/round \d+/g) ?? [];
  return { results, steps, rounds };
}

it('limits rounds, but not getting ready, to a second', async () => {
  const { results } = await measure((texts) => [{ work: { name: 'tokens', texts }, subjects: ['onnx-graph', 'cpu'] }]);
  expect(results).toMatchObject([
    { subject: 'onnx-graph', median: 25 },
    { subject: 'cpu', notMeasured: 'a round took more than 1 s; --limit allows more' },
  ]);
});

it('tells what it begins, after as many steps as are over, and the end', async () => {
  const { steps } = await measure((texts) => [
    { work: { name: 'tokens', texts }, subjects: ['onnx-graph', 'tensorflow'] },
    { work: { name: 'tokens', texts }, subjects: ['wasm'] },
  ]);
  expect(steps.map(({ done, total, detail }) => `${done}/${total} ${detail ?? '-'}`)).toEqual([
    '0/12 tokens: starting one ONNX graph',
    '1/12 tokens: warming up one ONNX graph',
    '2/12 tokens: starting tensorflow',
    // which fails: its warm-up is over, too
    '4/12 tokens: measuring one ONNX graph',
    '6/12 tokens: measuring one ONNX graph',
    '8/12 tokens: starting wasm',
    '9/12 tokens: warming up wasm',
    '10/12 tokens: measuring wasm',
    '11/12 tokens: measuring wasm',
    '12/12 -',
  ]);
});

it.each([
  [true, 'round 200'],
  [false, 'round 500'],
])('asks for rounds of the length that belongs to quick = %s', async (quick, round) => {
  const plan = (texts: readonly string[]): PlannedWork[] => [{ work: { name: 'tokens', texts }, subjects: ['wasm'] }];
  const { rounds } = await measure(plan, { quick });
  expect(rounds).toEqual([round, round, round]); // the first warms up
});
