import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DistilBertEncoder, TextTokenizer } from '@crossmodal/text-encoder';
import { parseSafetensors } from '@crossmodal/weights';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, tinySettings, tinyWorld } from '../__fixtures__/tinyWorld.js';
import { loadPredictor } from '../pipeline/loadPredictor.js';
import { findCheckpoint, loadCheckpoint } from '../pipeline/loadRun.js';
import { resumeRun, train } from '../pipeline/train.js';
import type { RunEvent } from '../run/RunEvent.js';

const folder = temporaryFolder();
const { imageSize, patchSize, ...settings } = { ...tinySettings(folder), report: false };
let textModel: string;
let imageModel: string;
const weightsOf = (path: string) => parseSafetensors(readFileSync(join(path, 'model.safetensors')));
const lastWeights = (run: string, part: string): Buffer =>
  readFileSync(join(findCheckpoint(run, 'last'), part, 'model.safetensors'));

beforeAll(async () => {
  await tinyWorld(folder);
  // The encoders of a run are published in the same form as anybody's.
  const { path } = await train({ ...settings, imageSize, patchSize: 8, epochs: 1 });
  textModel = join(folder, 'bert');
  imageModel = join(folder, 'clip');
  cpSync(join(findCheckpoint(path), 'text-encoder'), textModel, { recursive: true });
  cpSync(join(findCheckpoint(path), 'image-encoder'), imageModel, { recursive: true });
});

describe('a run with pretrained encoders', () => {
  it('keeps frozen encoders as they were, trains the rest, and predicts from its checkpoint', async () => {
    const run = await train({ ...settings, textModel, imageModel, freeze: ['encoders'] });
    const checkpoint = findCheckpoint(run.path);
    expect(weightsOf(join(checkpoint, 'text-encoder'))).toEqual(weightsOf(textModel));
    expect(weightsOf(join(checkpoint, 'image-encoder'))).toEqual(weightsOf(imageModel));
    expect(readFileSync(join(checkpoint, 'text-encoder/vocab.txt'), 'utf8')).toBe(
      readFileSync(join(textModel, 'vocab.txt'), 'utf8'),
    );
    expect(JSON.parse(readFileSync(join(run.path, 'models.json'), 'utf8'))).toEqual({
      text: { reference: textModel, folder: textModel },
      image: { reference: imageModel, folder: imageModel },
    });
    const loaded = await loadCheckpoint(checkpoint);
    // The model's own, whatever the settings of a model from scratch would be.
    expect(loaded.patchSize).toBe(8);
    loaded.model.dispose();
    const predictor = await loadPredictor(run.path);
    const [answer] = await predictor.predict([{ text: 'fine', image: join(folder, 'world/images/000001.jpg') }]);
    expect(answer?.probability).toBeGreaterThanOrEqual(0.5);
    predictor.dispose();
  });

  it('takes the text encoder that the folder names, and pools as asked', async () => {
    const distilbert = join(folder, 'distilbert');
    const tokenizer = await TextTokenizer.load(textModel);
    const sizes = { hiddenSize: 16, intermediateSize: 32, numHiddenLayers: 2, numAttentionHeads: 2 };
    const encoder = new DistilBertEncoder({ ...sizes, vocabSize: tokenizer.vocabularySize }, { seed: 1 });
    await encoder.save(distilbert);
    encoder.dispose();
    await tokenizer.save(distilbert);
    const more = { ...settings, textModel: distilbert, fusionStrategy: 'text-only' as const, epochs: 1 };
    const adapted = await train({ ...more, lora: 2, encoderLearningRate: 1e-2 });
    const checkpoint = findCheckpoint(adapted.path);
    expect(JSON.parse(readFileSync(join(checkpoint, 'text-encoder/config.json'), 'utf8'))).toMatchObject({
      model_type: 'distilbert',
    });
    expect(weightsOf(join(checkpoint, 'text-encoder'))).not.toEqual(weightsOf(distilbert));
    const { model } = await loadCheckpoint(checkpoint);
    expect([...model.namedParameters().keys()]).toContain('textEncoder.transformer.layer.1.attention.q_lin.weight');
    model.dispose();
    const frozen = { ...more, freeze: ['text'], seed: 3 };
    const first = await train({ ...frozen, textPooling: 'cls' });
    const mean = await train({ ...frozen, textPooling: 'mean' });
    expect(mean.metrics).not.toEqual(first.metrics);
    await expect(train({ ...frozen, textPooling: 'pooler' })).rejects.toThrow('pooling must be one of');
  });

  it('reads pictures of another size when asked, and refuses a folder that cannot agree on one', async () => {
    const larger = { ...settings, imageModel, fusionStrategy: 'image-only' as const, imageSize: 64, epochs: 1 };
    const checkpoint = join(findCheckpoint((await train(larger)).path), 'image-encoder');
    const read = (name: string): unknown => JSON.parse(readFileSync(join(checkpoint, name), 'utf8'));
    expect(read('config.json')).toMatchObject({ image_size: 64, patch_size: 8 });
    expect(read('preprocessor_config.json')).toMatchObject({ size: { shortest_edge: 64 }, crop_size: { height: 64 } });
    const torn = join(folder, 'torn');
    cpSync(imageModel, torn, { recursive: true });
    cpSync(join(checkpoint, 'preprocessor_config.json'), join(torn, 'preprocessor_config.json'));
    const tensors = memory().numTensors;
    await expect(train({ ...larger, imageModel: torn, imageSize: undefined })).rejects.toThrow(
      `config: imageModel: ${torn} prepares pictures of 64 pixels for an encoder of 48. Say which you want with imageSize.`,
    );
    expect(memory().numTensors).toBe(tensors);
  });

  it('moves pretrained encoders that are not frozen, and builds the other one from scratch', async () => {
    const run = await train({ ...settings, textModel, imageSize, patchSize, epochs: 1, encoderLearningRate: 1e-3 });
    const checkpoint = findCheckpoint(run.path);
    expect(weightsOf(join(checkpoint, 'text-encoder'))).not.toEqual(weightsOf(textModel));
    expect([...weightsOf(join(checkpoint, 'image-encoder')).keys()]).toEqual([...weightsOf(imageModel).keys()]);
  });

  it.each([
    { trainLastBlocks: 1, layerDecay: 0.5 },
    { lora: 2, encoderLearningRate: 1e-2 },
  ])('with %j, stopped and resumed, ends with the weights of an uninterrupted run', async (more) => {
    const input = { ...settings, textModel, imageModel, ...more };
    const whole = await train(input);
    const controller = new AbortController();
    const onEvent = (event: RunEvent): void => {
      if (event.type === 'progress' && event.task === 'training' && event.done === 4) controller.abort();
    };
    const stopped = await train(input, { onEvent, signal: controller.signal });
    const resumed = await resumeRun(stopped.path);
    expect(resumed.metrics).toEqual(whole.metrics);
    for (const part of ['', 'text-encoder', 'image-encoder']) {
      expect(lastWeights(resumed.path, part).equals(lastWeights(whole.path, part))).toBe(true);
    }
  });

  it('writes adapters folded into the weights that they adapt, and leaves the others', async () => {
    const run = await train({ ...settings, textModel, imageModel, lora: 2, encoderLearningRate: 1e-2, epochs: 1 });
    for (const [part, model, adapted] of [
      ['text-encoder', textModel, /self\.(query|value)\.weight$/],
      ['image-encoder', imageModel, /self_attn\.[qv]_proj\.weight$/],
    ] as const) {
      const before = weightsOf(model);
      const after = weightsOf(join(findCheckpoint(run.path), part));
      expect([...after.keys()]).toEqual([...before.keys()]);
      const changed = [...after].flatMap(([name, { data }]) =>
        Buffer.from(data.buffer, data.byteOffset, data.byteLength).equals(
          Buffer.from(before.get(name)!.data.buffer, before.get(name)!.data.byteOffset, data.byteLength),
        )
          ? []
          : [name],
      );
      expect(changed).toEqual([...after.keys()].filter((name) => adapted.test(name)));
    }
  });

  it.each(['text', 'image'])('says how many blocks the %s encoder has, and keeps none of it', async (side) => {
    const tensors = memory().numTensors;
    const model = side === 'text' ? { textModel } : { imageModel };
    const attempt = train({ ...settings, ...model, trainLastBlocks: 5, project: join(folder, 'failed') });
    await expect(attempt).rejects.toThrow(
      'config: trainLastBlocks: count must be an integer from 0 to 1, the number of blocks, got 5.',
    );
    expect(memory().numTensors).toBe(tensors);
  });

  it('never begins without its model, says why, and leaves neither a folder nor a tensor', async () => {
    const tensors = memory().numTensors;
    const project = join(folder, 'failed');
    const attempt = (more: object) => train({ ...settings, project, ...more });
    await expect(attempt({ textModel: './nowhere' })).rejects.toThrow('model: there is no folder ./nowhere.');
    const cacheDir = join(folder, 'empty');
    await expect(attempt({ textModel: 'org/name', offline: true, cacheDir })).rejects.toThrow(
      'org/name@main: config.json and weights must be in',
    );
    await expect(attempt({ textModel, imageModel: folder })).rejects.toThrow('must hold config.json');
    const bare = join(folder, 'bare');
    cpSync(textModel, bare, { recursive: true });
    rmSync(join(bare, 'vocab.txt'));
    rmSync(join(bare, 'tokenizer.json'), { force: true });
    await expect(attempt({ textModel: bare })).rejects.toThrow('must hold a tokenizer (tokenizer.json or vocab.txt)');
    expect(existsSync(join(project, 'train-1'))).toBe(false);
    expect(memory().numTensors).toBe(tensors);
  });
});
