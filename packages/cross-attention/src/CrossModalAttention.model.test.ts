import { backendsUnderTest, expectNoLeaks, expectTensorsClose, onBackends, seededNormal } from '@crossmodal/testing';
import { concat, dispose, io, ones, slice, type Tensor, tensor2d, train, zeros } from '@tensorflow/tfjs-core';
import {
  initializers,
  input,
  layers,
  type LayersModel,
  loadLayersModel,
  model as functionalModel,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { CrossModalAttention } from './CrossModalAttention.js';
import { PooledCrossModalAttention } from './PooledCrossModalAttention.js';
import { registerLayers } from './registerLayers.js';

onBackends(backendsUnderTest(), () => {
  describe('CrossModalAttention inside tf.model', () => {
    it('trains: every weight of the layer moves and the loss falls', async () => {
      const model = makeModel();
      const layer = attentionOf(model);
      expect(layer.countParams()).toBe(5 * 8 + 6 * 8 * 2 + 8 * 8 + 4 * 8 + 8 + 2 * 5 + 2);
      expect(model.countParams()).toBe(layer.countParams() + 3 * 8 * 2 + 2);
      const before = await snapshot(layer);
      const { inputs, labels } = makeData();
      const { history } = await model.fit(inputs, labels, { epochs: 12, batchSize: 4, shuffle: false });
      const losses = history.loss as number[]; // fit records one number per epoch
      expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) * 0.9);
      const after = await snapshot(layer);
      expect([...after.keys()]).toEqual([...before.keys()]);
      for (const [name, values] of after) expect(values, name).not.toEqual(before.get(name));
      dispose([...inputs, labels]);
    });

    it('gives the same outputs after save and load', async () => {
      registerLayers();
      const model = makeModel();
      const { inputs, labels } = makeData();
      await model.fit(inputs, labels, { epochs: 2 });
      const restored = await saveAndLoad(model);
      await expectTensorsClose(predict(restored, inputs), predict(model, inputs), 0);
      expect(restored.countParams()).toBe(model.countParams());
      expect(attentionOf(restored)).toMatchObject({
        hiddenSize: 8,
        numAttentionHeads: 2,
        nullKey: true,
        gate: 'sigmoid',
        attentionDropout: 0.1,
      });
      dispose([...inputs, labels]);
    });

    it('takes masks as positional inputs: what they hide does not change the prediction', async () => {
      const model = makeModel();
      const { inputs } = makeData();
      const [query, key] = inputs;
      const queryMask = concat([ones([4, 2], 'int32'), zeros([4, 1], 'int32')], 1);
      const keyMask = concat([ones([4, 3], 'int32'), zeros([4, 1], 'int32')], 1);
      const replaceEnd = (x: Tensor, kept: number) =>
        concat([slice(x, [0, 0, 0], [4, kept, -1]), ones([4, 1, x.shape[2] ?? 0])], 1);
      const before = predict(model, [query, key, queryMask, keyMask]);
      const after = predict(model, [replaceEnd(query, 2), replaceEnd(key, 3), queryMask, keyMask]);
      await expectTensorsClose(after, before, 1e-6);
    });

    it('leaves no tensor behind while training and predicting', async () => {
      const model = makeModel();
      const { inputs, labels } = makeData();
      await expectNoLeaks(async () => {
        await model.fit(inputs, labels, { epochs: 1 });
        dispose(predict(model, inputs));
      });
    });
  });
});

describe('registerLayers', () => {
  it('lets a PooledCrossModalAttention load too, and may be called again', async () => {
    registerLayers();
    registerLayers();
    const query = input({ shape: [5] });
    const key = input({ shape: [6] });
    // Symbolic inputs give symbolic outputs.
    const outputs = new PooledCrossModalAttention({ hiddenSize: 4, seed: 3 }).apply([query, key]) as SymbolicTensor[];
    expect(outputs.map(({ shape }) => shape)).toEqual([
      [null, 4],
      [null, 1, 1, 1],
    ]);
    const model = functionalModel({ inputs: [query, key], outputs: outputs[0] ?? [] });
    const inputs = [seededNormal([2, 5], 1), seededNormal([2, 6], 2)];
    const restored = await saveAndLoad(model);
    await expectTensorsClose(predict(restored, inputs), predict(model, inputs), 0);
  });
});

/** Text states, image states and both masks in; probabilities of two classes out. */
function makeModel(): LayersModel {
  const inputs = [
    input({ shape: [3, 5] }),
    input({ shape: [4, 6] }),
    input({ shape: [3], dtype: 'int32' }),
    input({ shape: [4], dtype: 'int32' }),
  ];
  const attention = new CrossModalAttention({
    hiddenSize: 8,
    numAttentionHeads: 2,
    nullKey: true,
    gate: 'sigmoid',
    attentionDropout: 0.1,
    seed: 5,
  });
  // Symbolic inputs give symbolic outputs: [attended, crossAttentions].
  const [attended, crossAttentions] = attention.apply(inputs) as [SymbolicTensor, SymbolicTensor];
  expect(attended.shape).toEqual([null, 3, 8]);
  expect(crossAttentions.shape).toEqual([null, 2, 3, 4]);
  const dense = layers.dense({
    units: 2,
    activation: 'softmax',
    kernelInitializer: initializers.glorotUniform({ seed: 1 }),
  });
  const outputs = dense.apply(layers.flatten().apply(attended)) as SymbolicTensor;
  const model = functionalModel({ inputs, outputs });
  model.compile({ optimizer: train.adam(0.01), loss: 'categoricalCrossentropy' });
  return model;
}

function makeData(): { inputs: [Tensor, Tensor, Tensor, Tensor]; labels: Tensor } {
  const inputs: [Tensor, Tensor, Tensor, Tensor] = [
    seededNormal([4, 3, 5], 1),
    seededNormal([4, 4, 6], 2),
    ones([4, 3], 'int32'),
    ones([4, 4], 'int32'),
  ];
  return { inputs, labels: tensor2d([1, 0, 0, 1, 1, 0, 0, 1], [4, 2]) };
}

function attentionOf(model: LayersModel): CrossModalAttention {
  const found = model.layers.find((layer) => layer instanceof CrossModalAttention);
  if (!found) throw new RangeError('attentionOf: the model has no CrossModalAttention.');
  return found;
}

async function snapshot(layer: CrossModalAttention): Promise<Map<string, number[]>> {
  const values = new Map<string, number[]>();
  for (const weight of layer.weights) values.set(weight.originalName, Array.from(await weight.read().data()));
  return values;
}

async function saveAndLoad(model: LayersModel): Promise<LayersModel> {
  const saved: io.ModelArtifacts[] = [];
  await model.save(
    io.withSaveHandler((artifacts) => {
      // Through JSON, as a file would.
      saved.push({ ...artifacts, modelTopology: JSON.parse(JSON.stringify(artifacts.modelTopology)) as object });
      return Promise.resolve({ modelArtifactsInfo: io.getModelArtifactsInfoForJSON(artifacts) });
    }),
  );
  const [artifacts] = saved;
  if (!artifacts) throw new Error('saveAndLoad: nothing was saved.');
  return loadLayersModel(io.fromMemory(artifacts));
}

/** The one output of a model with one output. */
function predict(model: LayersModel, inputs: Tensor[]): Tensor {
  return model.predict(inputs) as Tensor;
}
