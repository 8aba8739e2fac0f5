import { readParameters, ShapeError } from '@crossmodal/layers';
import {
  backendsUnderTest,
  expectNoLeaks,
  expectTensorsClose,
  onBackends,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import { dispose, fill, reshape, slice, sum, type Tensor4D, variableGrads } from '@tensorflow/tfjs-core';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VitEncoder } from './VitEncoder.js';

const tiny = {
  imageSize: 9,
  patchSize: 3,
  hiddenSize: 8,
  numAttentionHeads: 2,
  intermediateSize: 12,
  numHiddenLayers: 2,
};

onBackends(backendsUnderTest(), () => {
  describe('VitEncoder', () => {
    it('gives the class token as imageEmbeds, with and without a pooler', async () => {
      const pixelValues = seededNormal([2, 9, 9, 3], 6) as Tensor4D;
      for (const addPoolingLayer of [true, false]) {
        const encoder = new VitEncoder(tiny, { seed: 3, addPoolingLayer });
        const outputs = encoder.call({ pixelValues });
        expect('poolerOutput' in outputs).toBe(addPoolingLayer);
        expect(outputs.imageEmbeds.shape).toEqual([2, encoder.projectionDim]);
        expect(outputs.patchStates.shape).toEqual([2, encoder.gridSize ** 2, encoder.hiddenSize]);
        const classToken = reshape(slice(outputs.lastHiddenState, [0, 0, 0], [2, 1, 8]), [2, 8]);
        await expectTensorsClose(outputs.imageEmbeds, classToken, 0);
        encoder.dispose();
      }
    });

    it.each([true, false])('saves and loads to identical outputs: pooler %s', async (addPoolingLayer) => {
      const parent = await mkdtemp(join(tmpdir(), 'vit-'));
      const encoder = new VitEncoder({ ...tiny, hiddenAct: 'relu', qkvBias: false }, { seed: 5, addPoolingLayer });
      await encoder.save(join(parent, 'saved'));
      expect((await readdir(join(parent, 'saved'))).sort()).toEqual(['config.json', 'model.safetensors']);
      const loaded = await VitEncoder.load(join(parent, 'saved'));
      expect(loaded.config).toEqual(encoder.config);
      expect(await readParameters(loaded)).toEqual(await readParameters(encoder));
      const pixelValues = seededNormal([2, 9, 9, 3], 6) as Tensor4D;
      await expectTensorsClose(
        loaded.call({ pixelValues }).lastHiddenState,
        encoder.call({ pixelValues }).lastHiddenState,
        0,
      );
      await rm(parent, { recursive: true });
      encoder.dispose();
      loaded.dispose();
    });

    it('drops in training mode only, by the seed of the step: embeddings, blocks and attention', async () => {
      const pixelValues = seededNormal([1, 9, 9, 3], 6) as Tensor4D;
      for (const rates of [{ hiddenDropoutProb: 0.5 }, { attentionProbsDropoutProb: 0.5 }]) {
        const encoder = new VitEncoder({ ...tiny, ...rates }, { seed: 1 });
        const embeds = async (seed?: number): Promise<number[]> => [
          ...(await encoder.call({ pixelValues }, { seed }).imageEmbeds.data()),
        ];
        const evaluated = await embeds();
        encoder.train();
        expect(() => encoder.call({ pixelValues })).toThrow('needs a seed, got none.');
        const trained = await embeds(1);
        expect(trained).not.toEqual(evaluated);
        expect(await embeds(1)).toEqual(trained);
        expect(await embeds(2)).not.toEqual(trained);
        encoder.eval();
        expect(await embeds(1)).toEqual(evaluated);
        encoder.dispose();
      }
    });

    it('drops what each half of a block adds', async () => {
      const encoder = new VitEncoder({ ...tiny, numHiddenLayers: 1, hiddenDropoutProb: 0.5 }).train();
      // An empty stream has nothing to drop before the block, and only the named half adds anything.
      const halves = ['attention.output.dense', 'output.dense'];
      for (const half of halves) {
        for (const [path, parameter] of encoder.namedParameters()) {
          const value = path === `encoder.layer.0.${half}.bias` || path === 'layernorm.weight' ? 1 : 0;
          parameter.assign(fill(parameter.shape, value));
        }
        const { imageEmbeds } = encoder.call({ pixelValues: seededNormal([1, 9, 9, 3], 6) as Tensor4D }, { seed: 1 });
        const values = await imageEmbeds.data();
        expect(new Set([...values].map(Math.sign)), half).toEqual(new Set([1, -1]));
      }
      encoder.dispose();
    });

    it('leaves no tensor behind, also with other sizes and when it throws', async () => {
      const pixelValues = seededNormal([1, 9, 9, 3], 6) as Tensor4D;
      const wide = seededNormal([1, 9, 12, 3], 6) as Tensor4D;
      await expectNoLeaks(() => {
        const encoder = new VitEncoder(tiny);
        dispose({ ...encoder.call({ pixelValues }) });
        dispose({ ...encoder.call({ pixelValues: wide, interpolatePosEncoding: true }) });
        const { value, grads } = variableGrads(() =>
          sum(encoder.call({ pixelValues: wide, interpolatePosEncoding: true }).lastHiddenState),
        );
        dispose([value, ...Object.values(grads)]);
        expect(() => encoder.call({ pixelValues: wide })).toThrow(ShapeError);
        encoder.dispose();
        expect(() => new VitEncoder({ ...tiny, patchSize: 10 })).toThrow(RangeError);
      });
    });
  });
});

describe('VitEncoder', () => {
  it('refuses pictures of another shape', async () => {
    await useBackend('cpu');
    const encoder = new VitEncoder(tiny);
    const call = (shape: number[], interpolatePosEncoding?: boolean) => (): unknown =>
      encoder.call({ pixelValues: seededNormal(shape, 1) as Tensor4D, interpolatePosEncoding });
    expect(call([2, 9, 12, 3])).toThrow(
      'VitEncoder: pixelValues must be [B, 9, 9, 3], got [2, 9, 12, 3]. Channels come last; other sizes need interpolatePosEncoding',
    );
    expect(call([2, 3, 9, 9], true)).toThrow('pixelValues must be [B, height, width, 3], got [2, 3, 9, 9].');
    expect(call([2, 9, 2, 3], true)).toThrow(
      'VitEncoder: pixelValues must be at least 3 pixels high and wide, one patch, got 9 x 2.',
    );
    encoder.dispose();
  });

  it('starts from its seed, normal in weights, class token and positions', async () => {
    await useBackend('cpu');
    const config = { ...tiny, hiddenSize: 64, imageSize: 30, initializerRange: 0.05 };
    const [first, again, other] = await Promise.all(
      [1, 1, 2].map((seed) => readParameters(new VitEncoder(config, { seed }))),
    );
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    for (const [path, { data }] of first!) {
      if (path.endsWith('bias')) expect(new Set(data), path).toEqual(new Set([0]));
      else if (path.includes('layernorm')) expect(new Set(data), path).toEqual(new Set([1]));
      else {
        const spread = Math.sqrt(data.reduce((total, value) => total + value ** 2, 0) / data.length);
        // The class token has 64 values: within a third; the others have hundreds.
        expect(Math.abs(spread / 0.05 - 1), path).toBeLessThan(data.length > 64 ? 0.12 : 0.33);
      }
    }
  });
});
