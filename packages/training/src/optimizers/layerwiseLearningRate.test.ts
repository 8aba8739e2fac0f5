import {
  backendsUnderTest,
  expectTensorsClose,
  goldenTensor,
  goldenValue,
  onBackends,
  readGolden,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import { parseSafetensors, serializeSafetensors } from '@crossmodal/weights';
import { dispose, profile, scalar, tidy, variable, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { AdamW } from './AdamW.js';
import { layerwiseLearningRate } from './layerwiseLearningRate.js';

const golden = await readGolden(new URL('../../fixtures/fine-tuning.json', import.meta.url));
const paths = Object.keys(golden).flatMap((name) => /^layerwise\/initial\/(.*)$/.exec(name)?.[1] ?? []);

/** Two learning rates, one for the encoders and one for the head, and a decay inside the encoders. */
function goldenOptimizer(parameters: ReadonlyMap<string, Variable>): AdamW {
  const layerwise = layerwiseLearningRate({ decay: 0.75, paths: parameters.keys() });
  const learningRateOf = (path: string): number => layerwise(path) * (path.includes('Encoder.') ? 0.5 : 1);
  return new AdamW(parameters, { learningRate: 0.02, weightDecay: 0.1, learningRateOf });
}

function goldenParameters(): Map<string, Variable> {
  return new Map(paths.map((path) => [path, tidy(() => variable(goldenTensor(golden, `layerwise/initial/${path}`)))]));
}

function goldenStep(optimizer: AdamW, step: number): void {
  const gradients = new Map(paths.map((path) => [path, goldenTensor(golden, `layerwise/gradient/${step}/${path}`)]));
  optimizer.step(gradients);
  dispose([...gradients.values()]);
}

onBackends(backendsUnderTest(), () => {
  it('agrees with parameter groups of PyTorch over 20 steps, with two encoders and two learning rates', async () => {
    const parameters = goldenParameters();
    const optimizer = goldenOptimizer(parameters);
    for (let step = 0; step < 20; step += 1) goldenStep(optimizer, step);
    for (const [path, parameter] of parameters) {
      await expectTensorsClose(parameter, goldenValue(golden, `layerwise/after/${path}`), 1e-6);
    }
    optimizer.dispose();
  });

  it('continues from a saved state with the same bits', async () => {
    const [whole, parts] = [goldenParameters(), goldenParameters()];
    const optimizer = goldenOptimizer(whole);
    let part = goldenOptimizer(parts);
    for (let step = 0; step < 6; step += 1) {
      goldenStep(optimizer, step);
      const file = serializeSafetensors(await part.state());
      part.dispose();
      part = goldenOptimizer(parts);
      part.loadState(parseSafetensors(file));
      goldenStep(part, step);
    }
    for (const [path, parameter] of parts) await expectTensorsClose(parameter, whole.get(path)!, 0);
    optimizer.dispose();
    part.dispose();
  });

  it('costs kernels by groups, not by parameters', async () => {
    const perBlock = ['attention.self.query', 'attention.self.key', 'attention.self.value', 'output.dense'];
    const computing = async (mapsPerBlock: number): Promise<number> => {
      const names = Array.from({ length: 12 }, (_, i) =>
        perBlock
          .slice(0, mapsPerBlock)
          .flatMap((map) => [`encoder.layer.${i}.${map}.weight`, `encoder.layer.${i}.${map}.bias`]),
      ).flat();
      const all = ['embeddings.word_embeddings.weight', ...names, 'classifier.weight'];
      const parameters = new Map(all.map((path, i) => [path, tidy(() => variable(seededNormal([4, 4], i)))]));
      const gradients = new Map<string, Tensor>(
        [...parameters].map(([path], i) => [path, seededNormal([4, 4], 100 + i)]),
      );
      const learningRateOf = layerwiseLearningRate({ decay: 0.9, paths: parameters.keys() });
      const optimizer = new AdamW(parameters, { learningRate: 0.02, learningRateOf });
      optimizer.step(gradients);
      const { kernels } = await profile(() => {
        optimizer.step(gradients);
        return scalar(0);
      });
      optimizer.dispose();
      dispose([...parameters.values(), ...gradients.values()]);
      // What only moves: reshapes, and laying end to end and apart again.
      return kernels.filter(({ name }) => !/Reshape|Concat|Split|Slice|Identity|Cast/.test(name)).length;
    };
    const few = await computing(1);
    expect(await computing(4)).toBe(few);
    // 14 depths, of which 12 have biases, which are not decayed.
    expect(few).toBeLessThanOrEqual(26 * 16);
  });
});

it('falls from the top of each encoder to its embeddings', () => {
  const factorOf = layerwiseLearningRate({ decay: 0.5, paths });
  const factors = Object.fromEntries(paths.map((path) => [path, factorOf(path)]));
  expect(factors).toMatchObject({
    'textEncoder.embeddings.word_embeddings.weight': 0.125,
    'textEncoder.encoder.layer.0.output.dense.weight': 0.25,
    'textEncoder.encoder.layer.1.output.dense.weight': 0.5,
    'textEncoder.pooler.dense.weight': 1,
    'imageEncoder.vision_model.pre_layrnorm.weight': 0.0625,
    'imageEncoder.vision_model.encoder.layers.2.mlp.fc1.weight': 0.5,
    'imageEncoder.visual_projection.weight': 1,
    'classifier.weight': 1,
  });
  expect(factorOf('textEncoder.encoder.layer.1.attention.self.query.lora_A.weight')).toBe(0.5);
  // Embeddings of something that has no blocks.
  expect(factorOf('other.embeddings.weight')).toBe(1);
  expect(layerwiseLearningRate({ decay: 1, paths })('textEncoder.embeddings.LayerNorm.weight')).toBe(1);
});

it('refuses decays outside (0, 1] and paths without blocks', async () => {
  await useBackend('cpu');
  for (const decay of [0, -0.5, 1.01, NaN]) {
    expect(() => layerwiseLearningRate({ decay, paths })).toThrow(
      `layerwiseLearningRate: decay must be above 0 and at most 1, got ${decay}.`,
    );
  }
  expect(() => layerwiseLearningRate({ decay: 0.9, paths: ['classifier.weight'] })).toThrow(
    'layerwiseLearningRate: paths must name blocks of an encoder, such as "encoder.layer.0.output.dense.weight", got 1 other paths.',
  );
});
