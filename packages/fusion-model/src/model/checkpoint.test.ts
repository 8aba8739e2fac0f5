import { assignParameters, readParameters } from '@crossmodal/layers';
import { expectNoLeaks, expectTensorsClose, seededNormal, seededNormalValues, useBackend } from '@crossmodal/testing';
import { folderInMemory, openFolder, parseSafetensors, serializeSafetensors, WeightsError } from '@crossmodal/weights';
import { tensor2d, type Tensor4D } from '@tensorflow/tfjs-core';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeImageEncoder } from '../__fakes__/FakeImageEncoder.js';
import { FakeTextEncoder } from '../__fakes__/FakeTextEncoder.js';
import { loadFake } from '../__fakes__/loadFake.js';
import { type FusionStrategy, fusionStrategies } from '../config/FusionStrategy.js';
import { MultimodalSentimentModel } from './MultimodalSentimentModel.js';

const loaders = {
  text: loadFake(() => new FakeTextEncoder({ seed: 98 })),
  image: loadFake(() => new FakeImageEncoder({ seed: 99 })),
};
// Object.keys of a record with exactly these keys.
const strategies = Object.keys(fusionStrategies) as FusionStrategy[];

let directory = '';
beforeEach(async () => {
  await useBackend('cpu');
  directory = await mkdtemp(join(tmpdir(), 'fusion-model-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('save and load', () => {
  it.each(strategies)('gives identical outputs with %s', async (fusionStrategy) => {
    const model = makeModel(fusionStrategy);
    await model.save(join(directory, 'saved'));
    const restored = await MultimodalSentimentModel.load(join(directory, 'saved'), loaders);
    expect(restored.config).toEqual(model.config);
    const [before, after] = [model.call(makeBatch()), restored.call(makeBatch())];
    await expectTensorsClose(after.logits, before.logits, 0);
    if (before.crossAttentions && after.crossAttentions) {
      await expectTensorsClose(after.crossAttentions, before.crossAttentions, 0);
    }
    expect(after.nullAttention === undefined).toBe(before.nullAttention === undefined);
  });

  it('lays the folder out as documented, with the extra files in it and nothing beside it', async () => {
    const extra = new Map([['text-encoder/vocab.txt', '[PAD]\n']]);
    await makeModel('cross-attention').save(join(directory, 'saved'), extra);
    expect(await readdir(directory)).toEqual(['saved']);
    expect((await readdir(join(directory, 'saved'))).sort()).toEqual([
      'config.json',
      'image-encoder',
      'model.safetensors',
      'text-encoder',
    ]);
    expect((await readdir(join(directory, 'saved', 'text-encoder'))).sort()).toEqual(['vocab.txt', 'weights.json']);
    const weights = parseSafetensors(await openFolder(join(directory, 'saved')).read('model.safetensors'));
    expect([...weights.keys()].sort()).toEqual([
      'classifier.dense.bias',
      'classifier.dense.weight',
      'classifier.output.bias',
      'classifier.output.weight',
      'fusion.crossAttention.gate',
      'fusion.crossAttention.key.bias',
      'fusion.crossAttention.key.weight',
      'fusion.crossAttention.nullKey',
      'fusion.crossAttention.output.bias',
      'fusion.crossAttention.output.weight',
      'fusion.crossAttention.query.bias',
      'fusion.crossAttention.query.weight',
      'fusion.crossAttention.value.bias',
      'fusion.crossAttention.value.weight',
    ]);
  });

  it('leaves out the folder of an encoder that is not used', async () => {
    await makeModel('text-only').save(join(directory, 'saved'));
    expect((await readdir(join(directory, 'saved'))).sort()).toEqual([
      'config.json',
      'model.safetensors',
      'text-encoder',
    ]);
    const restored = await MultimodalSentimentModel.load(join(directory, 'saved'), { text: loaders.text });
    expect(restored.config.fusionStrategy).toBe('text-only');
  });

  it('refuses to replace a folder or its own files', async () => {
    const model = makeModel('concatenation');
    await model.save(join(directory, 'saved'));
    await expect(model.save(join(directory, 'saved'))).rejects.toThrow('saved');
    await expect(model.save(join(directory, 'other'), new Map([['config.json', '{}']]))).rejects.toThrow(
      'MultimodalSentimentModel.save: extraFiles must not replace the model\'s own files, got "config.json".',
    );
    expect(await readdir(directory)).toEqual(['saved']);
  });

  it('loads from any folder, and hands the encoders their part of it', async () => {
    const files = await makeModel('cross-attention').files();
    const restored = await MultimodalSentimentModel.load(folderInMemory(files), loaders);
    expect(await valuesOf(restored)).toEqual(await valuesOf(makeModel('cross-attention')));
  });

  it('says which loader is missing', async () => {
    const folder = folderInMemory(await makeModel('cross-attention').files());
    await expect(MultimodalSentimentModel.load(folder, { text: loaders.text })).rejects.toThrow(
      'MultimodalSentimentModel.load: the model in memory needs an image encoder, got no loader. Pass { image: ClipVisionEncoder }.',
    );
    await expect(MultimodalSentimentModel.load(folder, {})).rejects.toThrow('Pass { text: BertEncoder }.');
  });

  it('refuses weights that are missing, unexpected or mis-shaped, by name', async () => {
    const files = await makeModel('concatenation').files();
    const tensors = parseSafetensors(files.get('model.safetensors') as Uint8Array); // safetensors are bytes
    const bias = tensors.get('classifier.output.bias');
    if (!bias) throw new Error('The classifier must have a bias.');
    const load = (changed: typeof tensors) =>
      MultimodalSentimentModel.load(
        folderInMemory(new Map([...files, ['model.safetensors', serializeSafetensors(changed)]])),
        loaders,
      );
    const without = new Map(tensors);
    without.delete('classifier.output.bias');
    await expect(load(without)).rejects.toThrow(WeightsError);
    await expect(load(without)).rejects.toThrow('classifier.output.bias');
    await expect(load(new Map([...tensors, ['extra', bias]]))).rejects.toThrow('extra');
    const reshaped = { ...bias, shape: [3, 1] };
    await expect(load(new Map([...tensors, ['classifier.output.bias', reshaped]]))).rejects.toThrow(
      'classifier.output.bias',
    );
    const integers = { dtype: 'I32', shape: bias.shape, data: new Int32Array(3) } as const;
    await expect(load(new Map([...tensors, ['classifier.output.bias', integers]]))).rejects.toThrow(
      'MultimodalSentimentModel: memory/model.safetensors: "classifier.output.bias" must be of a floating-point dtype, got I32.',
    );
    await expect(load(new Map([...tensors, ['textEncoder.table', bias]]))).rejects.toThrow('textEncoder.table');
  });

  it('leaves no tensor behind when loading fails', async () => {
    const files = await makeModel('cross-attention').files();
    const broken = folderInMemory(new Map([...files, ['model.safetensors', serializeSafetensors(new Map())]]));
    const badHeads = { ...(JSON.parse(String(files.get('config.json'))) as object), num_attention_heads: 3 };
    const badConfig = folderInMemory(new Map([...files, ['config.json', JSON.stringify(badHeads)]]));
    const noImage = new Map(files);
    noImage.delete('image-encoder/weights.json');
    for (const folder of [broken, badConfig, folderInMemory(noImage)]) {
      await expectNoLeaks(async () => {
        await expect(MultimodalSentimentModel.load(folder, loaders)).rejects.toThrow(/\w/);
      });
    }
  });

  it('saves and loads without leaving a tensor behind', async () => {
    const model = makeModel('cross-attention');
    await expectNoLeaks(async () => {
      const restored = await MultimodalSentimentModel.load(folderInMemory(await model.files()), loaders);
      restored.dispose();
    });
  });
});

/** A model whose every parameter is a seeded normal value. */
function makeModel(fusionStrategy: FusionStrategy): MultimodalSentimentModel {
  const needs = fusionStrategies[fusionStrategy];
  const model = new MultimodalSentimentModel({
    config: {
      fusionStrategy,
      id2label: { 0: 'bad', 1: 'fair', 2: 'good' },
      hiddenSize: 8,
      numAttentionHeads: 2,
      nullKey: true,
      gate: 'tanh',
      classifierHiddenSize: 5,
    },
    textEncoder: needs.text ? new FakeTextEncoder() : undefined,
    imageEncoder: needs.image ? new FakeImageEncoder() : undefined,
  });
  const parameters = [...model.namedParameters()];
  assignParameters(
    model,
    new Map(
      parameters.map(([path, { shape, size }], i) => [path, { shape, data: seededNormalValues(size, 50 + i, 0.5) }]),
    ),
  );
  return model;
}

function makeBatch() {
  return {
    inputIds: tensor2d([3, 1, 4, 1, 5, 9], [2, 3], 'int32'),
    attentionMask: tensor2d([1, 1, 1, 1, 1, 0], [2, 3], 'int32'),
    pixelValues: seededNormal([2, 4, 4, 3], 5) as Tensor4D, // rank 4
  };
}

/** Every parameter's values by path. */
async function valuesOf(model: MultimodalSentimentModel): Promise<Map<string, number[]>> {
  return new Map([...(await readParameters(model))].map(([path, { data }]) => [path, [...data]]));
}
