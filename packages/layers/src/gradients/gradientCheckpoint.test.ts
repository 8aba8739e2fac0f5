import {
  backendsUnderTest,
  expectNoLeaks,
  expectTensorsClose,
  measurePeakBytes,
  onBackends,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import {
  dispose,
  engine,
  mul,
  type Scalar,
  square,
  sum,
  tensor2d,
  type Tensor3D,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { addLora } from '../adapters/addLora.js';
import { Linear } from '../modules/Linear.js';
import { Module } from '../modules/Module.js';
import { PostNormBlock } from '../modules/PostNormBlock.js';
import { PreNormBlock } from '../modules/PreNormBlock.js';
import { maskToBias } from '../ops/maskToBias.js';
import { deriveSeed } from '../random/deriveSeed.js';
import { normalInitializer } from '../random/initializers.js';
import { enableGradientCheckpointing } from './enableGradientCheckpointing.js';
import { gradientCheckpoint } from './gradientCheckpoint.js';

/** Six blocks of both kinds, with dropout. */
class Stack extends Module {
  readonly #blocks = Array.from({ length: 6 }, (_, i) => {
    const Block = i % 2 === 0 ? PostNormBlock : PreNormBlock;
    const block = new Block({
      hiddenSize: 16,
      numAttentionHeads: 4,
      intermediateSize: 64,
      layerNormEps: 1e-5,
      hiddenAct: 'gelu',
      hiddenDropout: 0.2,
      attentionDropout: 0.2,
      initializer: normalInitializer(0.3),
      seed: i,
    });
    return this.child(`layer.${i}`, block);
  });

  /** Sums the squares of what comes out, for an input and a mask that are gone afterwards, as in a step of training. */
  loss(): Scalar {
    return tidy(() => {
      let stream = seededNormal([2, 16, 16], 1) as Tensor3D;
      const mask = tensor2d(new Int32Array(32).fill(1, 0, 27), [2, 16], 'int32');
      for (const [i, block] of this.#blocks.entries()) {
        const before = stream;
        stream = block.callForStream(before, { bias: maskToBias(mask), seed: deriveSeed(7, 'layer', i) });
        dispose(before);
      }
      return sum<Scalar>(square(stream));
    });
  }
}

/** What is trained, in ways that leave different parts of the stack without gradients. */
const preparations: readonly [string, (stack: Stack) => unknown][] = [
  ['all of it', () => undefined],
  ['adapters of low rank with dropout', (stack) => addLora(stack, { rank: 2, alpha: 4, targets: /quer|q_proj/, dropout: 0.3, seed: 5 })],
  ['all but frozen blocks below', (stack) => stack.freeze(/layer\.[012]/)],
  ['all but frozen blocks in the middle', (stack) => stack.freeze(/layer\.[23]/)],
]; // prettier-ignore

function gradientsOf(stack: Stack): ReturnType<typeof variableGrads> {
  const trainable = [...stack.namedParameters().values()].filter((parameter) => parameter.trainable);
  return variableGrads(() => stack.loss(), trainable);
}

// The mathematics is the same on every backend, and a GPU in software takes half a minute for it.
onBackends(
  backendsUnderTest().filter((name) => name !== 'webgpu'),
  (backend) => {
    it.each(preparations)('changes no loss and no gradient: %s', async (_, prepare) => {
      const stack = new Stack().train();
      prepare(stack);
      // An adapter's second factor starts at zero, which hides the gradient of the first.
      for (const [path, parameter] of stack.namedParameters()) {
        if (path.includes('lora_B')) parameter.assign(seededNormal(parameter.shape, 3));
      }
      const plain = gradientsOf(stack);
      enableGradientCheckpointing(stack);
      const checkpointed = gradientsOf(stack);

      const names = Object.keys(plain.grads);
      expect(Object.keys(checkpointed.grads)).toEqual(names);
      const tolerance = (values: Float32Array): number =>
        backend === 'cpu' ? 0 : 1e-6 * values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      for (const [before, after] of [
        [plain.value, checkpointed.value],
        ...names.map((name) => [plain.grads[name]!, checkpointed.grads[name]!] as const),
      ] as const) {
        await expectTensorsClose(after, before, tolerance(await before.data<'float32'>()));
      }
      expect((await plain.grads[names[0]!]!.data()).some((value) => value !== 0)).toBe(true);
      dispose([plain.value, plain.grads, checkpointed.value, checkpointed.grads]);
      stack.dispose();
    });

    it('leaves no tensor behind, also when a block throws', async () => {
      await expectNoLeaks(() => {
        const stack = new Stack().train();
        enableGradientCheckpointing(stack);
        const { value, grads } = gradientsOf(stack);
        dispose([value, grads]);
        // Outside of a differentiation too.
        dispose(stack.loss());
        stack.dispose();
      });
      const broken = (): never => {
        throw new Error('broken block');
      };
      const x = seededNormal([2, 2], 1);
      await expectNoLeaks(() => {
        expect(() => gradientCheckpoint(broken, [x], [])).toThrow('broken block');
      });
      expect(engine().state.activeTape).toBeNull();
    });
  },
);

it('keeps a stream per block and the inside of one', async () => {
  await useBackend('cpu');
  const stack = new Stack().train();
  const peak = (): number =>
    measurePeakBytes(() => {
      const { value, grads } = gradientsOf(stack);
      dispose([value, grads]);
    });
  const gradientBytes = [...stack.namedParameters().values()].reduce((bytes, { size }) => bytes + 4 * size, 0);
  const plain = peak() - gradientBytes;
  enableGradientCheckpointing(stack);
  const checkpointed = peak() - gradientBytes;
  // The inside of six blocks against that of one and six streams, 2 KiB each.
  expect(checkpointed).toBeLessThan(plain / 3);
  enableGradientCheckpointing(stack, false);
  expect(peak() - gradientBytes).toBe(plain);
  stack.dispose();
});

it('runs the part again in the backward pass, and gives zeros to what the value does not depend on', async () => {
  await useBackend('cpu');
  const map = new Linear(2, 2, { seed: 1 });
  const [x, unused] = [seededNormal([3, 2], 1), seededNormal([3, 2], 2)];
  let runs = 0;
  const part = ([first]: readonly (typeof x)[]): typeof x => {
    runs += 1;
    return tidy(() => square(mul(first!, map.weight.size)));
  };
  const variables: Variable[] = [map.weight];
  const { value, grads } = variableGrads(
    () => tidy(() => sum<Scalar>(mul(gradientCheckpoint(part, [x, unused], variables), sum(map.weight)))),
    variables,
  );
  expect(runs).toBe(2);
  const direct = variableGrads(() => tidy(() => sum<Scalar>(mul(part([x]), sum(map.weight)))), variables);
  await expectTensorsClose(grads[map.weight.name]!, direct.grads[map.weight.name]!, 0);
  dispose([value, grads, direct.value, direct.grads]);
  map.dispose();
});

it('says that there is nothing to checkpoint', () => {
  const map = new Linear(2, 2);
  expect(() => enableGradientCheckpointing(map)).toThrow(
    'enableGradientCheckpointing: the module must have blocks of an encoder, got a Linear without any.',
  );
  map.dispose();
});
