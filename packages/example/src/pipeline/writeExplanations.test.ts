import { readdirSync, readFileSync } from 'node:fs';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, tinySettings, tinyWorld } from '../__fixtures__/tinyWorld.js';
import { jpegWithExif } from '../report/__fixtures__/jpegWithExif.js';
import { untrainedRun } from '../report/__fixtures__/untrainedRun.js';
import { writeRows } from '../report/__fixtures__/writeRows.js';
import type { Explanations } from '../report/Explanations.js';
import { writeExplanations, type ExplainRunOptions } from './writeExplanations.js';
import type { TrainConfigInput } from '../config/TrainConfig.js';

const folder = temporaryFolder();
beforeAll(async () => {
  await tinyWorld(folder);
});

const world = (settings: TrainConfigInput = {}): Promise<ExplainRunOptions> =>
  untrainedRun({ ...tinySettings(folder), ...settings });

async function explain(run: ExplainRunOptions): Promise<Explanations & { readonly figures: readonly string[] }> {
  await writeExplanations(run);
  const stored = JSON.parse(readFileSync(run.folder.file('explanations.json'), 'utf8')) as Explanations;
  return { ...stored, figures: readdirSync(run.folder.file('figures')).sort() };
}

describe('writeExplanations', () => {
  it('explains the first samples of the test split, with a figure and two pictures each', async () => {
    const run = await world();
    const before = memory().numTensors;
    const { samples, split, figures, imageReliance, ceilings, pointingByChance } = await explain(run);
    expect(memory().numTensors).toBe(before);
    expect(split).toBe('test');
    expect(figures).toEqual(['1-image.png', '1-overlay.png', '1.png', '2-image.png', '2-overlay.png', '2.png']);
    expect(samples.map(({ id }) => id)).toEqual(run.data.splits.test.slice(0, 2).map(({ id }) => id));
    for (const { group, imageReliance: shift, image, overlay, words } of samples) {
      expect(group).toMatch(/text|image|damage/);
      expect(shift).toBeGreaterThan(0);
      expect(words.length).toBeGreaterThan(2);
      expect(image).toMatchObject({ width: 48, height: 48 });
      expect(overlay).toMatchObject({ width: 288, height: 288 });
    }
    expect(imageReliance?.samples).toBe(16);
    const { value, low, high } = imageReliance!.all;
    expect(0 < low && low < value && value < high).toBe(true);
    expect(imageReliance?.groups.reduce((sum, group) => sum + group.samples, 0)).toBe(16);
    expect(ceilings?.both).toBeCloseTo(0.97, 5);
    expect(pointingByChance).toBeGreaterThan(0);
    expect(pointingByChance).toBeLessThan(0.6);
  });

  it('writes the same again', async () => {
    const run = await world();
    const first = await explain(run);
    const pictures = first.figures.map((name) => readFileSync(run.folder.file('figures', name)));
    const second = await explain(run);
    expect(second).toEqual(first);
    expect(second.figures.map((name) => readFileSync(run.folder.file('figures', name)))).toEqual(pictures);
  });

  it('explains the validation split where there is no test', async () => {
    const { split, samples } = await explain(await world({ splitColumn: undefined, split: 'original' }));
    expect(split).toBe('validation');
    expect(samples.length).toBe(2);
  });

  it('draws nothing for 0 samples, and measures the reliance all the same', async () => {
    const { samples, figures, imageReliance } = await explain(await world({ reportSamples: 0 }));
    expect([samples, figures]).toEqual([[], []]);
    expect(imageReliance?.samples).toBe(16);
  });

  it.each([
    ['text-only', ['1.png', '2.png'], false],
    ['image-only', ['1-image.png', '1.png', '2-image.png', '2.png'], true],
    ['pooled-cross-attention', ['1-image.png', '1.png', '2-image.png', '2.png'], true],
  ] as const)('draws no overlay for %s', async (fusionStrategy, expected, isReliance) => {
    const { figures, imageReliance, samples } = await explain(await world({ fusionStrategy }));
    expect(figures).toEqual(expected);
    expect(imageReliance !== null).toBe(isReliance);
    expect(samples[0]).toMatchObject({ overlay: null, attention: null, words: [] });
    expect(samples[0]?.imageNote).toBe(fusionStrategy === 'text-only' ? 'this model reads only the text' : null);
  });

  it('names files by number, whatever the ids are, and keeps no metadata of a photo', async () => {
    const photo = await jpegWithExif();
    const settings = await writeRows(temporaryFolder(), [
      { id: 'a', text: 'good', label: 'con', split: 'train' },
      { id: 'b', text: 'bad', label: '../../x', split: 'train' },
      { id: '../../../etc/passwd', text: 'good', label: 'con', split: 'test', image: photo },
      { id: 'CON:<>|?*', text: 'bad', label: '../../x', split: 'test', image: 'missing' },
    ]);
    const run = await untrainedRun({ ...settings, onBadImage: 'blank' });
    const { figures, samples, imageReliance, ceilings } = await explain(run);
    expect(figures).toEqual(['1-image.png', '1-overlay.png', '1.png', '2.png']);
    expect(samples.map(({ id, imageNote }) => [id, imageNote])).toEqual([
      ['../../../etc/passwd', null],
      ['CON:<>|?*', 'the sample has none'],
    ]);
    expect(samples[0]?.image).toMatchObject({ width: 48, height: 96, crop: { x: 0, y: 24, width: 48, height: 48 } });
    expect([imageReliance, ceilings]).toEqual([null, null]); // a single picture, no review world
    expect(Buffer.from(photo).includes('Secretville')).toBe(true);
    for (const name of figures) {
      expect(readFileSync(run.folder.file('figures', name)).includes('Secretville')).toBe(false);
    }
  });
});
