import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, tinySettings, tinyWorld } from '../__fixtures__/tinyWorld.js';
import type { RunEvent } from '../run/RunEvent.js';
import { loadPredictor } from './loadPredictor.js';
import { findCheckpoint } from './loadRun.js';
import { resumeRun, train } from './train.js';

const folder = temporaryFolder();
const settings = tinySettings(folder);
const lastWeights = (run: string): Buffer => readFileSync(join(findCheckpoint(run, 'last'), 'model.safetensors'));

beforeAll(async () => {
  await tinyWorld(folder);
});

describe('train', () => {
  it('gives the same weights for the same seed, others for another, and leaves no tensor', async () => {
    const first = await train({ ...settings, report: false });
    const tensors = memory().numTensors;
    const second = await train({ ...settings, report: false });
    const other = await train({ ...settings, report: false, seed: 7 });
    expect(memory().numTensors).toBe(tensors);
    expect(lastWeights(second.path).equals(lastWeights(first.path))).toBe(true);
    expect(lastWeights(other.path).equals(lastWeights(first.path))).toBe(false);
    expect(second.metrics).toEqual(first.metrics);
  });

  it('tells its phases in their order, each before what it does, and keeps them in run.log', async () => {
    const told: string[] = [];
    const { path } = await train(settings, {
      onEvent: (event) => {
        const step = event.type === 'phase' ? event.phase : event.type === 'progress' ? event.task : undefined;
        if (step !== undefined && step !== told.at(-1)) told.push(step);
      },
    });
    expect(told).toEqual([
      'start',
      'data',
      'reading images',
      'model',
      'encode',
      'train',
      'training',
      'finish',
      ...['measuring validation', 'measuring test', 'replacing pictures', 'drawing'],
    ]);
    const logged = readFileSync(join(path, 'run.log'), 'utf8').trim().split('\n');
    const events = logged.map((line) => JSON.parse(line) as Record<string, string>);
    expect(events.flatMap(({ type, phase }) => (type === 'phase' ? [phase] : []))).toEqual(
      ['start', 'data', 'model', 'encode', 'train', 'finish'], // prettier-ignore
    );
    // The line about the backend is said while it starts.
    const order = events.map(({ phase, text }) => phase ?? text ?? '');
    expect(order.findIndex((text) => text.startsWith('backend '))).toBeLessThan(order.indexOf('data'));
  });

  it.each([1, 3, 4])(
    'stopped after step %d and resumed, ends with the weights of an uninterrupted run',
    async (steps) => {
      const whole = await train({ ...settings, report: false });
      const controller = new AbortController();
      const phases: string[] = [];
      const onEvent = (event: RunEvent): void => {
        if (event.type === 'phase') phases.push(event.phase);
        if (event.type === 'progress' && event.task === 'training' && event.done === steps) controller.abort();
      };
      const stopped = await train({ ...settings, report: false }, { onEvent, signal: controller.signal });
      expect(stopped.stoppedBy).toBe('signal');
      expect(stopped.metrics).toEqual({});
      expect(phases.at(-1)).toBe('train');
      const resumed = await resumeRun(stopped.path);
      expect(resumed.metrics).toEqual(whole.metrics);
      expect(lastWeights(resumed.path).equals(lastWeights(whole.path))).toBe(true);
      expect(readFileSync(join(resumed.path, 'results.csv'), 'utf8').split('\n').length).toBe(4);
    },
  );

  it('refuses to resume on changed data', async () => {
    const own = join(folder, 'world', 'changing.csv');
    copyFileSync(settings.data ?? '', own);
    const run = await train({ ...settings, data: own, report: false, epochs: 1 });
    writeFileSync(own, readFileSync(own, 'utf8').replace('negative', 'positive'));
    await expect(resumeRun(run.path)).rejects.toThrow('has changed since the run began');
  });

  it('keeps the last epoch when there are no validation rows, and never lets the test rows choose', async () => {
    const own = join(folder, 'world', 'two-splits.csv');
    const rows = readFileSync(settings.data ?? '', 'utf8').split('\n');
    writeFileSync(own, rows.filter((row) => !row.endsWith(',validation')).join('\n'));
    const { path, metrics, reportPath } = await train({ ...settings, data: own, learningRate: 0.5 });
    expect(findCheckpoint(path, 'best')).toBe(findCheckpoint(path, 'last'));
    expect(Object.keys(metrics)).toEqual(['test']);
    expect(readFileSync(join(path, 'results.csv'), 'utf8').split('\n')[0]).toBe(
      'epoch,train_loss,learning_rate,seconds,samples_per_second,is_best',
    );
    expect(readFileSync(reportPath ?? '', 'utf8')).toContain(
      'the weights after the last epoch, for want of validation rows',
    );
  });

  it('weighs classes by all labels, also one that is not in the train split', async () => {
    const own = join(folder, 'world', 'third-label.csv');
    const text = readFileSync(settings.data ?? '', 'utf8');
    writeFileSync(own, text.replace(/,(?:negative|positive),test\n$/, ',undecided,test\n'));
    const { data } = await train({ ...settings, data: own, classWeights: 'balanced', epochs: 1, report: false });
    expect(data.labels.undecided).toEqual({ train: 0, validation: 0, test: 1 });
  });

  it.each(['pooled-cross-attention', 'concatenation', 'text-only', 'image-only'] as const)(
    'trains and answers with %s',
    async (fusionStrategy) => {
      const { path, metrics } = await train({ ...settings, fusionStrategy, epochs: 1 });
      expect(metrics.test?.accuracy?.value).toBeGreaterThanOrEqual(0);
      const predictor = await loadPredictor(path);
      const image = join(folder, 'world', 'images', '000003.jpg');
      const [answer] = await predictor.predict([{ text: 'see the photo', image }]);
      expect(predictor.labels).toContain(answer?.label);
      predictor.dispose();
    },
  );

  it('freezes by path, and refuses a pattern that matches nothing', async () => {
    const { path } = await train({ ...settings, freeze: ['^imageEncoder\\.'], epochs: 1, report: false });
    const { path: other } = await train({ ...settings, freeze: ['^imageEncoder\\.'], epochs: 2, report: false });
    const image = (run: string): Buffer =>
      readFileSync(join(findCheckpoint(run, 'last'), 'image-encoder', 'model.safetensors'));
    expect(image(path).equals(image(other))).toBe(true);
    await expect(train({ ...settings, freeze: ['nothing'] })).rejects.toThrow('freeze: "nothing" matches none of the');
  });
});

describe('rows that cannot be used', () => {
  const csv = join(folder, 'world', 'damaged.csv');
  beforeAll(() => {
    const [header = '', ...rows] = readFileSync(settings.data ?? '', 'utf8')
      .trim()
      .split('\n');
    const damaged = rows.map((row, index) => {
      const fields = row.split(',');
      if (index === 0) fields[2] = 'images/not-there.jpg';
      if (index === 1) fields[2] = 'reviews.csv';
      if (index === 2) fields[1] = '  ';
      if (index === 3) fields[3] = '';
      return fields.join(',');
    });
    writeFileSync(csv, `${[header, ...damaged].join('\n')}\n`);
  });

  it('skip: are counted by reason, and all rows add up', async () => {
    const { data } = await train({ ...settings, data: csv, epochs: 1, report: false });
    const skipped = Object.values(data.skippedByReason).reduce((sum, count) => sum + count, 0);
    expect(skipped).toBe(4);
    expect(data.rowsRead).toBe(data.rowsUsed + skipped);
    expect(data.skippedByReason).toMatchObject({ 'image: missing': 1, 'image: unsupported format': 1 });
    expect(data.splits.train + data.splits.validation + data.splits.test).toBe(data.rowsUsed);
  });

  it('blank: the rows stay, without their image', async () => {
    const { data } = await train({ ...settings, data: csv, onBadImage: 'blank', epochs: 1 });
    expect(data.blankImages).toBe(2);
    expect(data.rowsUsed).toBe(78);
  });

  it('error: training does not start', async () => {
    await expect(train({ ...settings, data: csv, onBadImage: 'error' })).rejects.toThrow('not-there.jpg: missing');
  });

  it('limit: rows from all over the file, the others counted', async () => {
    const { data } = await train({ ...settings, limit: 40, epochs: 1, report: false });
    expect(data.splits).toEqual({ train: 24, validation: 8, test: 8 });
    expect(data.skippedByReason).toEqual({ 'beyond the limit': 40 });
  });
});

describe('loadPredictor', () => {
  it('answers alike alone and beside others, and gives an unreadable image its error in its place', async () => {
    const { path } = await train({ ...settings, epochs: 1, report: false });
    const predictor = await loadPredictor(path, { batchSize: 4 });
    const image = (id: number): string => join(folder, 'world', 'images', `${String(id).padStart(6, '0')}.jpg`);
    const inputs = [
      { text: 'judge the handle in my picture', image: image(1) },
      { text: 'it is fine', image: image(2) },
      { text: 'the photo says it all and I have nothing to add to it', image: image(3) },
    ];
    const together = await predictor.predict(inputs);
    for (const [index, input] of inputs.entries()) {
      const [alone] = await predictor.predict([input]);
      expect(alone?.probability).toBeCloseTo(together[index]?.probability ?? NaN, 5);
    }
    const mixed = await predictor.tryPredict([{ text: 'x', image: '/not/there.jpg' }, ...inputs]);
    expect(mixed[0]).toBeInstanceOf(Error);
    expect((mixed[1] as { probability: number }).probability).toBeCloseTo(together[0]?.probability ?? NaN, 5);
    await expect(predictor.predict([{ text: 'x', image: '/not/there.jpg' }])).rejects.toThrow('missing');
    predictor.dispose();
  });
});
