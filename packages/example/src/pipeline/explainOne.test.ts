import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, tinySettings, tinyWorld } from '../__fixtures__/tinyWorld.js';
import { untrainedRun } from '../report/__fixtures__/untrainedRun.js';
import { explainOne } from './explainOne.js';
import type { ExplainRunOptions } from './writeExplanations.js';

const folder = temporaryFolder();
const image = join(folder, 'world', 'images', '000001.jpg');
let run: ExplainRunOptions;
beforeAll(async () => {
  await tinyWorld(folder);
  run = await untrainedRun(tinySettings(folder));
});

const answer = { text: 'The screen is cracked', backend: 'wasm' } as const;

describe('explainOne', () => {
  it('draws a PNG and frees the model', async () => {
    const before = memory().numTensors;
    const { picture, sample } = await explainOne(run.folder.path, { ...answer, image, output: 'WHY.PNG' });
    expect(memory().numTensors).toBe(before);
    expect(Array.from((picture as Uint8Array).slice(0, 4))).toEqual([0x89, 0x50, 0x4e, 0x47]);
    expect(sample.attention?.length).toBe(3);
    expect(sample.words.map(({ text }) => text)).toEqual(['The', 'screen', 'is', 'cracked']);
    expect(run.data.labels.labels).toContain(sample.predictedLabel);
  });

  it('draws an SVG with the picture and its overlay', async () => {
    const { picture } = await explainOne(run.folder.path, { ...answer, image, output: join('out', 'why.svg') });
    expect(String(picture).match(/<image /g)?.length).toBe(2);
    expect(String(picture)).toContain('truth: unknown');
  });

  it('answers without an image when none is given, as the model was told in training', async () => {
    const { sample, picture } = await explainOne(run.folder.path, { ...answer, output: 'x.svg' });
    expect(sample).toMatchObject({ image: undefined, attention: undefined });
    expect(String(picture)).not.toContain('<image ');
  });

  it('refuses an image that is not there', async () => {
    const missing = join(folder, 'no.jpg');
    await expect(explainOne(run.folder.path, { ...answer, image: missing })).rejects.toThrow('missing');
  });

  it.each(['why.gif', 'why', 'png'])('refuses to draw %s', async (output) => {
    await expect(explainOne(run.folder.path, { ...answer, output })).rejects.toThrow(
      `output must end in .png or .svg, got "${output}"`,
    );
  });

  it('refuses a folder without a model', async () => {
    await expect(explainOne(folder, answer)).rejects.toThrow('expected a run folder');
  });
});
