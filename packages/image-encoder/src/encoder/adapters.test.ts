import { addLora, type CallContext, type Module } from '@crossmodal/layers';
import { backendsUnderTest, onBackends, seededNormal } from '@crossmodal/testing';
import { dispose, sum, type Tensor, type Tensor4D, variableGrads } from '@tensorflow/tfjs-core';
import { assert, describe, expect, it } from 'vitest';
import { ClipVisionEncoder } from './ClipVisionEncoder.js';
import { type VisionInputs } from './VisionInputs.js';
import { VitEncoder } from './VitEncoder.js';
import { VitForImageClassification } from './VitForImageClassification.js';

const tiny = {
  imageSize: 6,
  patchSize: 3,
  hiddenSize: 8,
  numAttentionHeads: 2,
  intermediateSize: 12,
  numHiddenLayers: 1,
};

/** An encoder, and what comes out of the map that is adapted. */
interface Adapted {
  readonly module: Module;
  readonly run: (inputs: VisionInputs, context?: CallContext) => Tensor | undefined;
}

/** The maps after the blocks, which an adapter reaches too. */
const builders: readonly (readonly [path: string, build: () => Adapted])[] = [
  [
    'visual_projection',
    () => {
      const module = new ClipVisionEncoder({ ...tiny, projectionDim: 4 }, { seed: 1 });
      return { module, run: (inputs, context) => module.call(inputs, context).imageEmbeds };
    },
  ],
  [
    'pooler.dense',
    () => {
      const module = new VitEncoder(tiny, { seed: 1, addPoolingLayer: true });
      return { module, run: (inputs, context) => module.call(inputs, context).poolerOutput };
    },
  ],
  [
    'classifier',
    () => {
      const module = new VitForImageClassification(['cat', 'dog'], { config: tiny, seed: 1 });
      return { module, run: (inputs, context) => module.call(inputs, context).logits };
    },
  ],
];

onBackends(backendsUnderTest(), () => {
  describe.each(builders)('an adapter of %s', (path, build) => {
    it('drops values by the seed of the step', async () => {
      const { module, run } = build();
      expect(addLora(module, { rank: 2, alpha: 4, targets: [path], dropout: 0.5, seed: 3 })).toEqual([path]);
      module.train();
      const pixelValues = seededNormal([2, 6, 6, 3], 6) as Tensor4D;
      expect(() => run({ pixelValues })).toThrow('needs a seed, got none');
      // The update is zero before the first step; the gradient of its second factor sees what was dropped.
      const up = module.namedParameters().get(`${path}.lora_B.weight`);
      assert(up);
      const gradientAt = async (seed: number): Promise<number[]> => {
        const { value, grads } = variableGrads(() => sum(run({ pixelValues }, { seed }) ?? []), [up]);
        const values = Array.from((await grads[up.name]?.data()) ?? []);
        dispose([value, ...Object.values(grads)]);
        return values;
      };
      const first = await gradientAt(1);
      expect(first.some((gradient) => gradient !== 0)).toBe(true);
      expect(await gradientAt(1)).toEqual(first);
      expect(await gradientAt(2)).not.toEqual(first);
      dispose(pixelValues);
      module.dispose();
    });
  });
});
