import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BackendProbe } from '@crossmodal/backends';
import { DatasetError } from '@crossmodal/dataset';
import { defaultClipVisionConfig } from '@crossmodal/image-encoder';
import { defaultBertConfig } from '@crossmodal/text-encoder';
import { Command, CommanderError } from 'commander';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { recordingTerminal, type RecordingTerminal } from '../__fixtures__/recordingTerminal.js';
import { temporaryFolder, tinyWorld } from '../__fixtures__/tinyWorld.js';
import type { BenchMachine } from '../bench/BenchMachine.js';
import { type BenchReport, benchReportSchema } from '../bench/BenchReport.js';
import { ConfigError } from '../config/ConfigError.js';
import { addBenchCommand } from './bench.js';

const root = resolve(import.meta.dirname, '../../../..');
/** The measuring process of the sources, as one file, at a place from which packages are found. */
const worker = join(root, 'node_modules/.cache/bench-test', `worker-${process.pid}.mjs`);
const folder = temporaryFolder();
const cpu = { available: true, device: 'CPU', isGpu: false, isSoftware: false } as const;
const probes: readonly BackendProbe[] = [
  { backend: 'webgpu', available: false, missing: 'a GPU', command: 'buy one' },
  { backend: 'tensorflow', ...cpu }, // it is not installed where tests run
  { backend: 'wasm', ...cpu },
];

const tiny = { hiddenSize: 16, intermediateSize: 32, numHiddenLayers: 1, numAttentionHeads: 2 };
const machine: BenchMachine = {
  probe: () => Promise.resolve(probes),
  worker: pathToFileURL(worker),
  encoders: () => ({
    text: { name: 'text-encoder', batchSize: 2, length: 8, config: { ...defaultBertConfig, ...tiny, vocabSize: 20 } },
    image: { name: 'image-encoder', batchSize: 2, config: { ...defaultClipVisionConfig, ...tiny, imageSize: 32, patchSize: 16 } }, // prettier-ignore
  }),
};

beforeAll(async () => {
  vi.stubEnv('CROSSMODAL_TENSORFLOW_DIR', join(folder, 'no-tensorflow'));
  await tinyWorld(folder);
  buildSync({
    entryPoints: [join(import.meta.dirname, '../bench/worker.ts')],
    outfile: worker,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@crossmodal/source'],
    external: ['@tensorflow/*', '@huggingface/*', 'onnxruntime-node', 'sharp', 'webgpu', '@crossmodal/tfjs-backend-onnxruntime'], // prettier-ignore
    logLevel: 'error',
  });
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(worker, { force: true });
});

async function bench(
  words: readonly string[],
  on: Partial<BenchMachine> = {},
  terminal = recordingTerminal(),
): Promise<RecordingTerminal> {
  const program = new Command().exitOverride();
  addBenchCommand(program, terminal, { ...machine, ...on });
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined });
  await program.parseAsync(['bench', ...words], { from: 'user' });
  return terminal;
}

describe('crossmodal bench', () => {
  const json = join(folder, 'bench.json');
  let terminal: RecordingTerminal;
  let report: BenchReport;

  beforeAll(async () => {
    const only = 'text-encoder,image-encoder,training-step,images,tokens';
    terminal = await bench(['--quick', '--rounds', '2', '--only', only, '--json', json]);
    report = benchReportSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
  }, 180_000);

  it('measures each thing on each backend, and says why one does not start', () => {
    const rows = report.results.map((result) => [
      result.measurement,
      result.subject,
      'milliseconds' in result ? result.milliseconds.length : result.notMeasured.slice(0, 46),
    ]);
    const failed = "startBackend: backend 'tensorflow' needs the n";
    expect(rows).toEqual([
      ['text-encoder', 'tensorflow', failed],
      ['text-encoder', 'wasm', 2],
      ['text-encoder', 'onnx-graph', 2],
      ['image-encoder', 'tensorflow', failed],
      ['image-encoder', 'wasm', 2],
      ['image-encoder', 'onnx-graph', 2],
      ['training-step', 'tensorflow', failed],
      ['training-step', 'wasm', 2],
      ['images', 'no backend', 2],
      ['tokens', 'no backend', 2],
    ]);
  });

  it('derives rates from the median', () => {
    for (const result of report.results) {
      if (!('rates' in result)) continue;
      const amounts: Record<string, number> = { 'texts/s': 2, 'tokens/s': 16, 'images/s': 2 };
      for (const [unit, amount] of Object.entries(amounts)) {
        if (!result.measurement.endsWith('-encoder') || result.rates[unit] === undefined) continue;
        expect(result.rates[unit]).toBeCloseTo((amount * 1000) / result.median, 9);
      }
      expect(result.lowerQuartile).toBeLessThanOrEqual(result.median);
      expect(result.upperQuartile).toBeGreaterThanOrEqual(result.median);
      // Node alone takes this much.
      expect(result.peakBytes).toBeGreaterThan(30e6);
    }
  });

  it('writes down the machine, the versions and the options', () => {
    expect(report.machine).toMatchObject({ node: process.version });
    expect(report.versions).toMatchObject({
      '@crossmodal/example': '0.0.0',
      '@crossmodal/backends': '0.0.0',
      '@tensorflow/tfjs-core': '4.22.0',
      'onnxruntime-node': '1.30.0',
    });
    expect(report.options).toMatchObject({
      backends: ['tensorflow', 'wasm'],
      rounds: 2,
      quick: true,
      limitSeconds: 10,
    });
    expect(report.backendsLeftOut).toEqual([{ backend: 'webgpu', reason: 'needs a GPU; buy one' }]);
    expect(report.stopped).toBe(false);
  });

  it('prints a table for each thing, no wider than 80 columns, and the rest to standard error', () => {
    const lines = terminal.results.join('').split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines[2]).toMatch(/^medians of 2 rounds in turn, load [\d.]+ before$/);
    expect(lines).toContain('BERT-base, forward: 2 texts of 8 tokens');
    expect(lines.filter((line) => line.startsWith('wasm  '))).toHaveLength(3);
    expect(lines.filter((line) => line.startsWith('tensorflow: not measured, startBackend:'))).toHaveLength(3);
    expect(lines).toContain('  webgpu: needs a GPU; buy one');
    expect(terminal.lines.join('')).toContain(`every round: ${json}`);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('a part of it', () => {
  it('runs the whole job on rows of your own', async () => {
    const data = join(folder, 'world', 'reviews.csv');
    const json = join(folder, 'job.json');
    const words = [
      '--only',
      'main-job,tokens',
      '--main-job',
      '1',
      '--backends',
      'wasm',
      '--data',
      data,
      '--json',
      json,
    ];
    const { results } = await bench(words);
    const report = benchReportSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    const usual = { quick: false, rounds: 5, limitSeconds: 60 };
    expect(report.options).toMatchObject({ mainJobEpochs: 1, data, only: ['main-job', 'tokens'], ...usual });
    const job = report.results.find(({ measurement }) => measurement === 'main-job');
    const seconds = job && 'seconds' in job ? job.seconds : undefined;
    expect(Object.keys(seconds ?? {})).toEqual(['start', 'data', 'firstStep', 'training', 'finish']);
    expect(results.join('')).toContain('\nmedians of 5 rounds in turn, each job once, load ');
    expect(results.join('')).toMatch(/All of `crossmodal train`: 1 epoch, seconds\nbackend +whole job +start /);
  });

  it('spares a slow backend the encoders', async () => {
    const slow = { name: 'text-encoder', batchSize: 4, length: 128, config: { ...defaultBertConfig, numHiddenLayers: 100_000 } } as const; // prettier-ignore
    const { image } = machine.encoders(true);
    const { results } = await bench(
      ['--backends', 'wasm', '--only', 'matmul,text-encoder', '--quick', '--rounds', '1'],
      {
        encoders: () => ({ text: slow, image }),
      },
    );
    expect(results.join('')).toMatch(/^wasm +[\d.]+ +[\d.]+ - [\d.]+ +[\d.]+ +[\d.]+$/m);
    expect(results.join('')).toMatch(/wasm: not measured, a forward pass would take about \d+ s, by/);
  });

  it('ends at Ctrl-C, and prints and writes what was measured by then', async () => {
    const controller = new AbortController();
    const terminal = { ...recordingTerminal(), signal: controller.signal };
    vi.spyOn(terminal.reporter, 'report').mockImplementation((event) => {
      if (event.type === 'progress' && event.detail === 'tokens: warming up no backend') controller.abort();
    });
    const json = join(folder, 'stopped.json');
    await bench(['--quick', '--only', 'images,tokens', '--json', json], {}, terminal);
    const report = benchReportSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    expect(report.stopped).toBe(true);
    expect(report.options).toMatchObject({ quick: true, rounds: 3, limitSeconds: 10, mainJobEpochs: null });
    expect(report.results.map(({ measurement }) => measurement)).toEqual(['images']);
    expect(terminal.results.join('')).toContain('\nStopped before everything was measured.');
  });

  it('leaves cpu out of whole jobs unless it is named', async () => {
    const onCpu: readonly BackendProbe[] = [{ backend: 'cpu', ...cpu }];
    const data = join(folder, 'world', 'reviews.csv');
    const { results } = await bench(['--only', 'main-job,tokens', '--data', data], {
      probe: () => Promise.resolve(onCpu),
    });
    expect(results.join('')).toContain('cpu: not measured, plain JavaScript takes very long');
  });
});

describe('what is wrong is said before anything is measured', () => {
  const probe = vi.fn(machine.probe);
  const never = { probe, worker: new URL('file:///not-there.mjs') };

  it.each([
    [['--backends', 'wasn'], 'There is no backend "wasn". Did you mean "wasm"? Known: tensorflow-gpu, webgpu,'],
    [['--only', 'matmul,tokenz'], 'There is no measurement "tokenz". Did you mean "tokens"? Known: matmul,'],
    [['--rounds', '0'], "'0' is invalid. Expected a whole number from 1"],
    [['--main-job', 'two'], "'two' is invalid. Expected a whole number from 1"],
  ])('%j', async (words, message) => {
    await expect(bench(words, never)).rejects.toThrow(CommanderError);
    await expect(bench(words, never)).rejects.toThrow(message);
    expect(probe).not.toHaveBeenCalled();
  });

  it('a file that cannot be written', async () => {
    const words = ['--json', join(folder, 'not-there', 'bench.json')];
    await expect(bench(words, never)).rejects.toThrow(ConfigError);
    await expect(bench(words, never)).rejects.toThrow(/--json must name a file that can be written, got .*not-there/);
    expect(probe).not.toHaveBeenCalled();
  });

  it('data that cannot be used', async () => {
    const data = join(folder, 'empty.csv');
    writeFileSync(data, 'words\nhello\n');
    const json = join(folder, 'never.json');
    await expect(bench(['--data', data, '--json', json], never)).rejects.toThrow(DatasetError);
    expect(readdirSync(folder).filter((name) => name.startsWith('never'))).toEqual([]);
  });

  it('fails when nothing could be measured, after the reasons', async () => {
    const words = ['--only', 'matmul', '--backends', 'wasm'];
    await expect(bench(words, { worker: never.worker })).rejects.toThrow(
      'at least one thing must be measured, got none',
    );
  });
});
