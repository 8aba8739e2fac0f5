import { assignParameters } from '@crossmodal/layers';
import {
  backendsUnderTest,
  expectGradientsClose,
  expectTensorsClose,
  type GoldenTensor,
  goldenTensor,
  goldenValue,
  onBackends,
  readGolden,
} from '@crossmodal/testing';
import {
  dispose,
  mul,
  type Scalar,
  sum,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tidy,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { FakeImageEncoder } from '../__fakes__/FakeImageEncoder.js';
import { FakeTextEncoder } from '../__fakes__/FakeTextEncoder.js';
import type { MultimodalSentimentOptions } from '../config/MultimodalSentimentConfig.js';
import { MultimodalSentimentModel } from './MultimodalSentimentModel.js';

const golden = await readGolden(new URL('../../fixtures/fusion.json', import.meta.url));

const cases: Record<string, MultimodalSentimentOptions> = {
  crossAttention: { fusionStrategy: 'cross-attention' },
  crossAttentionNullKeyMlp: { fusionStrategy: 'cross-attention', nullKey: true, classifierHiddenSize: 7 },
  pooledCrossAttention: { fusionStrategy: 'pooled-cross-attention' },
  concatenation: { fusionStrategy: 'concatenation' },
  textOnly: { fusionStrategy: 'text-only' },
  imageOnly: { fusionStrategy: 'image-only', classifierHiddenSize: 5 },
};

onBackends(backendsUnderTest(), () => {
  describe.each(Object.entries(cases))('MultimodalSentimentModel, golden case %s', (name, options) => {
    it('agrees with PyTorch in logits, attention and the gradient of every parameter', async () => {
      const model = new MultimodalSentimentModel({
        config: { numLabels: 3, hiddenSize: 8, numAttentionHeads: 2, ...options },
        textEncoder: new FakeTextEncoder(),
        imageEncoder: new FakeImageEncoder(),
      });
      const weights = goldenUnder(`${name}/weight.`);
      expect([...model.namedParameters().keys()].sort()).toEqual([...weights.keys()].sort());
      assignParameters(
        model,
        new Map([...weights].map(([path, { shape, values }]) => [path, { shape, data: values }])),
      );

      const inputs = readBatch();
      const { logits, crossAttentions } = model.call(inputs);
      await expectTensorsClose(logits, goldenValue(golden, `${name}/logits`));
      expect(crossAttentions !== undefined).toBe(`${name}/crossAttentions` in golden);
      if (crossAttentions) await expectTensorsClose(crossAttentions, goldenValue(golden, `${name}/crossAttentions`));

      const upstream = goldenTensor(golden, `${name}/upstream`);
      const parameters = model.namedParameters();
      const { grads, value } = variableGrads(
        () => tidy(() => sum<Scalar>(mul(model.call(inputs).logits, upstream))),
        [...parameters.values()],
      );
      const expected = goldenUnder(`${name}/gradient.`);
      for (const [path, { name: variableName }] of parameters) {
        const gradient = grads[variableName];
        const wanted = expected.get(path);
        // Cross-attention does not use the projection of the image.
        expect(Boolean(gradient), path).toBe(wanted !== undefined);
        if (gradient && wanted) await expectGradientsClose(gradient, wanted);
      }
      dispose([value, upstream]);
      model.dispose();
    });
  });
});

function goldenUnder(prefix: string): Map<string, GoldenTensor> {
  const entries = Object.entries(golden).filter(([name]) => name.startsWith(prefix));
  return new Map(entries.map(([name, value]) => [name.slice(prefix.length), value]));
}

function readBatch() {
  const read = (name: string) => goldenTensor(golden, `batch/${name}`);
  return {
    // Of these ranks in the golden file.
    inputIds: read('inputIds') as Tensor2D,
    attentionMask: read('attentionMask') as Tensor2D,
    pixelValues: read('pixelValues') as Tensor4D,
    imageMask: read('imageMask') as Tensor1D,
  };
}
