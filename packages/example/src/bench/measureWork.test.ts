import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../__fixtures__/tinyWorld.js';
import type { BenchSubject } from './BenchWork.js';
import { measureWork, type MeasureOptions, stepsOf } from './measureWork.js';

let log: string;
beforeEach(() => {
  log = join(temporaryFolder(), 'requests');
});

function measure(subjects: readonly BenchSubject[], options: Partial<MeasureOptions> = {}) {
  const { signal } = new AbortController();
  const worker = new URL('__fixtures__/measuringProcess.mjs', import.meta.url);
  const rounds = { rounds: 4, warmUps: 1, roundMs: 5, limitMs: 20_000, readyLimitMs: 20_000 };
  const rest = { threads: undefined, worker, signal, onStep: () => undefined };
  return measureWork({ name: 'tokens', texts: [log] }, subjects, { ...rounds, ...rest, ...options });
}

const requests = (): string[] => readFileSync(log, 'utf8').trim().split('\n');
const isAlive = (processId: number): boolean => {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
};

it('lets the rounds take turns, after a warm-up that does not count', async () => {
  const onStep = vi.fn();
  const results = await measure(['onnxruntime', 'wasm'], { onStep });
  const startAndWarmUp = (subject: string) => [
    expect.stringContaining(`${subject} start`) as string,
    `${subject} round 5`,
  ];
  const turns = Array.from({ length: 4 }, () => ['onnxruntime round 5', 'wasm round 5']).flat();
  expect(requests()).toEqual([...startAndWarmUp('onnxruntime'), ...startAndWarmUp('wasm'), ...turns]);
  expect(onStep.mock.calls.filter(([, isOver]) => isOver === true)).toHaveLength(
    2 * stepsOf({ rounds: 4, warmUps: 1 }),
  );
  const measured = {
    measurement: 'tokens',
    device: 'a device',
    work: '4 things',
    milliseconds: [10, 40, 20, 30],
    computations: [2, 3, 4, 5],
    median: 25,
    lowerQuartile: 17.5,
    upperQuartile: 32.5,
    rates: { 'things/s': 160 },
    peakBytes: 105,
  };
  expect(results).toEqual([
    { subject: 'onnxruntime', ...measured },
    { subject: 'wasm', ...measured },
  ]);
});

it('goes on where a process says that it cannot, crashes at its start or later, or hangs', async () => {
  const results = await measure(['tensorflow', 'webgpu', 'tensorflow-gpu', 'cpu', 'wasm'], { limitMs: 2000 });
  expect(
    results.map(({ subject, ...rest }) => [subject, 'notMeasured' in rest ? rest.notMeasured : rest.median]),
  ).toEqual([
    ['tensorflow', 'it needs a library'],
    ['webgpu', 'its process ended with SIGSEGV'],
    ['tensorflow-gpu', 'its process ended with exit code 7: out of memory'],
    ['cpu', 'a round took more than 2 s; --limit allows more'],
    ['wasm', 25],
  ]);
});

it('gives getting ready a limit of its own', async () => {
  const [slow] = await measure(['onnx-graph'], { limitMs: 500 });
  expect(slow).toMatchObject({ subject: 'onnx-graph', median: 25 });
  const [hanging] = await measure(['no backend'], { readyLimitMs: 1500 });
  expect(hanging).toMatchObject({ notMeasured: 'getting ready took more than 1.5 s; --limit allows more' });
});

it('leaves no process behind', async () => {
  await measure(['wasm', 'onnxruntime', 'tensorflow'], { rounds: 1 });
  const started = requests().filter((request) => request.includes(' start '));
  expect(started).toHaveLength(3);
  expect(started.map((request) => isAlive(Number(request.split(' ')[2])))).toEqual([false, false, false]);
});

it('ends its processes at once when it is stopped, and keeps what it has', async () => {
  const controller = new AbortController();
  let rounds = 0;
  const onStep = (doing: string, isOver: boolean): void => {
    rounds += isOver && doing === 'wasm' ? 1 : 0;
    // In the middle of what never ends.
    if (rounds === 2 && doing === 'measuring cpu') controller.abort();
  };
  const results = await measure(['wasm', 'cpu'], { signal: controller.signal, onStep, warmUps: 0, limitMs: 40_000 });
  expect(results).toHaveLength(1);
  expect(results[0]).toMatchObject({ subject: 'wasm', milliseconds: [1000] });
  const [pid] = requests().filter((request) => request.startsWith('cpu start'));
  expect(isAlive(Number(pid?.split(' ')[2]))).toBe(false);
}, 15_000); // long before the limit

it('starts nothing after it was stopped', async () => {
  expect(await measure(['wasm'], { signal: AbortSignal.abort() })).toEqual([]);
  expect(existsSync(log)).toBe(false);
});
