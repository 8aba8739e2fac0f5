import { enableGradientCheckpointing } from '@crossmodal/layers';
import { expectTensorsClose, measurePeakBytes, seededNormal, useBackend } from '@crossmodal/testing';
import { dispose, type Scalar, square, sum, type Tensor4D, tidy, variableGrads } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { ClipVisionEncoder } from './ClipVisionEncoder.js';
import { VitEncoder } from './VitEncoder.js';

const sizes = { hiddenSize: 8, numAttentionHeads: 2, intermediateSize: 32, numHiddenLayers: 6, imageSize: 16, patchSize: 4 }; // prettier-ignore
const encoders = [
  ['ClipVisionEncoder', () => new ClipVisionEncoder({ ...sizes, projectionDim: 6, attentionDropout: 0.2 }, { seed: 2 })],
  ['VitEncoder', () => new VitEncoder({ ...sizes, hiddenDropoutProb: 0.2, attentionProbsDropoutProb: 0.2 }, { seed: 2 })],
] as const; // prettier-ignore

it.each(encoders)('changes no gradient, and keeps less: %s', async (_, build) => {
  await useBackend('cpu');
  const encoder = build().train();
  const pixelValues = seededNormal([2, 16, 16, 3], 1) as Tensor4D;
  const differentiate = (): ReturnType<typeof variableGrads> =>
    variableGrads(() => tidy(() => sum<Scalar>(square(encoder.call({ pixelValues }, { seed: 4 }).imageEmbeds))));
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
