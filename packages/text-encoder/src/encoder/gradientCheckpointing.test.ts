import { enableGradientCheckpointing } from '@crossmodal/layers';
import { expectTensorsClose, measurePeakBytes, useBackend } from '@crossmodal/testing';
import { dispose, type Scalar, square, sum, tensor2d, tidy, variableGrads } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { BertEncoder } from './BertEncoder.js';
import { ClipTextEncoder } from './ClipTextEncoder.js';

const sizes = { vocabSize: 13, hiddenSize: 8, numAttentionHeads: 2, intermediateSize: 32, numHiddenLayers: 6, maxPositionEmbeddings: 16 }; // prettier-ignore
const dropout = { hiddenDropoutProb: 0.2, attentionProbsDropoutProb: 0.2 };
const encoders = [
  ['BertEncoder', () => new BertEncoder({ ...sizes, ...dropout }, { seed: 2 })],
  ['ClipTextEncoder', () => new ClipTextEncoder({ ...sizes, eosTokenId: 3, projectionDim: 5, attentionDropout: 0.2 }, { seed: 2 })],
] as const; // prettier-ignore

it.each(encoders)('changes no gradient, and keeps less: %s', async (_, build) => {
  await useBackend('cpu');
  const encoder = build().train();
  const inputIds = tensor2d([...Array<number>(31).fill(4), 3], [2, 16], 'int32');
  const attentionMask = tensor2d(new Int32Array(32).fill(1, 3), [2, 16], 'int32');
  const differentiate = (): ReturnType<typeof variableGrads> =>
    variableGrads(() =>
      tidy(() => sum<Scalar>(square(encoder.call({ inputIds, attentionMask }, { seed: 4 }).lastHiddenState))),
    );
  const peak = (): number => measurePeakBytes(() => dispose({ ...differentiate() }));

  const [plain, plainPeak] = [differentiate(), peak()];
  enableGradientCheckpointing(encoder);
  const [checkpointed, checkpointedPeak] = [differentiate(), peak()];
  await expectTensorsClose(checkpointed.value, plain.value, 0);
  for (const [name, gradient] of Object.entries(plain.grads)) {
    await expectTensorsClose(checkpointed.grads[name]!, gradient, 0);
  }
  expect(checkpointedPeak).toBeLessThan(plainPeak / 2);
  dispose([plain, checkpointed].map(({ value, grads }) => [value, grads]));
  encoder.dispose();
});
