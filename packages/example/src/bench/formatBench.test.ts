import { expect, it } from 'vitest';
import type { BenchReport, BenchResult } from './BenchReport.js';
import { formatBench } from './formatBench.js';

const times = { device: 'CPU', milliseconds: [1], computations: [1], lowerQuartile: 1.5, upperQuartile: 1234.5 };
const phases = { start: 1.25, data: 2, firstStep: 3, training: 40, finish: 0.75 };
const results: readonly BenchResult[] = [
  { measurement: 'tokens', subject: 'no backend', work: '9 texts', median: 12.34, rates: { 'texts/s': 729.3 }, peakBytes: 3e8, ...times }, // prettier-ignore
  { measurement: 'main-job', subject: 'cpu', notMeasured: 'it takes very long' },
  { measurement: 'main-job', subject: 'wasm', work: 'a job', median: 47_000, rates: {}, peakBytes: 1.5e9, seconds: phases, ...times }, // prettier-ignore
];

function report(mainJobEpochs: number | null, own: Partial<BenchReport> = {}): BenchReport {
  return {
    formatVersion: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    stopped: false,
    machine: { cpu: 'a CPU', cores: 8, availableCores: 2, memoryGigabytes: 23, os: 'linux', node: 'v20', load: 0.25 },
    versions: { '@crossmodal/example': '1.2.3', '@tensorflow/tfjs-core': '4.22.0' },
    options: { backends: ['wasm', 'cpu'], only: ['tokens', 'main-job'], rounds: 5, quick: false, limitSeconds: 60, threads: null, data: null, mainJobEpochs }, // prettier-ignore
    backendsLeftOut: [],
    results: [...results],
    ...own,
  };
}

it('tells the machine, then each thing in a table of its own', () => {
  const text = formatBench(report(20, { backendsLeftOut: [{ backend: 'webgpu', reason: 'needs a GPU' }], stopped: true })); // prettier-ignore
  expect(text.split('\n')).toEqual([
    'crossmodal 1.2.3, Node v20, TensorFlow.js 4.22.0',
    'linux, a CPU, 2 of 8 cores, 23 GB',
    'medians of 5 rounds in turn, each job once, load 0.3 before',
    '',
    'Texts to token ids: 9 texts',
    'backend       ms     quartiles  texts/s  peak GB',
    '----------  ----  ------------  -------  -------',
    'no backend  12.3  1.50 - 1,235      729     0.30',
    '',
    'All of `crossmodal train`: 20 epochs, seconds',
    'backend  whole job  start  data  first step  training  finish  peak GB',
    '-------  ---------  -----  ----  ----------  --------  ------  -------',
    'wasm          47.0    1.3   2.0         3.0      40.0     0.8     1.50',
    'cpu: not measured, it takes very long',
    '',
    'Not measured:',
    '  webgpu: needs a GPU',
    '',
    'Stopped before everything was measured.',
  ]);
});

it.each([
  [1, '1 epoch, seconds'],
  [2, '2 epochs, seconds'],
])('says that a job had %i epoch(s)', (epochs, words) => {
  expect(formatBench(report(epochs))).toContain(`\nAll of \`crossmodal train\`: ${words}\n`);
});
