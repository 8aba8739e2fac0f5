import { startBackend } from '@crossmodal/backends';
import { type CallContext, Dropout, Embedding, gelu, LayerNorm, Linear, maskedMean, Module } from '@crossmodal/layers';
import { TextTokenizer } from '@crossmodal/text-encoder';
import { AdamW, crossEntropy, trainModel } from '@crossmodal/training';
import { env, memory, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixedShapes, type BatchShapes } from './BatchShapes.js';
import { batchTensors, collateSamples, type EncodedBatch } from './EncodedBatch.js';

const words = Array.from('abcdefghijklmnop');
const tokenizer = TextTokenizer.fromVocabulary(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words], {
  modelMaxLength: 96,
});

/** The mean of the words, classified: everything has the length of the batch but the last two tensors. */
class TinyTextClassifier extends Module {
  readonly #words = this.child('words', new Embedding(21, 8, { seed: 1 }));
  readonly #dense = this.child('dense', new Linear(8, 8, { seed: 2 }));
  readonly #norm = this.child('norm', new LayerNorm(8, 1e-5));
  readonly #dropout = this.child('dropout', new Dropout(0.1, 'dropout'));
  readonly #classifier = this.child('classifier', new Linear(8, 2, { seed: 3 }));

  call(inputIds: Tensor2D, attentionMask: Tensor2D, context: CallContext): Tensor2D {
    return this.run(() => {
      const states = this.#norm.call(gelu(this.#dense.call(this.#words.call(inputIds), context)));
      const pooled = maskedMean(this.#dropout.call(states, context) as Tensor3D, attentionMask);
      return this.#classifier.call(pooled, context) as Tensor2D;
    });
  }
}

/** Every length from 2 to 96, in no order. */
const lengthOf = (sample: number): number => 2 + ((sample * 37) % 95);

/** Samples of neighbouring lengths side by side, now and then one less than usual. */
function batchOf(step: number, shapes: BatchShapes | undefined): EncodedBatch {
  const items = Array.from({ length: step % 5 === 4 ? 3 : 4 }, (_, i) => ({
    sample: { id: `${step}/${i}`, text: '', images: [], label: null, line: 1 },
    inputIds: Array.from({ length: Math.max(1, lengthOf(step) - i) }, (_, at) => 5 + ((at * 7 + step) % 16)),
    image: undefined,
    label: (step + i) % 2,
  }));
  return collateSamples(items, tokenizer, undefined, shapes);
}

/** Trains and gives back the bytes that the backend holds after each step. */
async function allocatedBySteps(stepsPerEpoch: number, shapes: BatchShapes | undefined): Promise<number[]> {
  const model = new TinyTextClassifier();
  const optimizer = new AdamW(model.namedParameters(), { learningRate: 1e-3 });
  const allocated: number[] = [];
  try {
    await trainModel<EncodedBatch>({
      model,
      optimizer,
      epochs: 1,
      stepsPerEpoch,
      seed: 1,
      maxGradNorm: 1,
      trainBatches: () => Array.from({ length: stepsPerEpoch }, (_, step) => batchOf(step, shapes)),
      batchSize: ({ ids }) => ids.length,
      sampleIds: ({ ids }) => ids,
      computeLoss: (batch, context) => {
        const { labels, sampleWeights, inputIds, attentionMask } = batchTensors(batch);
        if (!inputIds) throw new Error('a batch of texts has token ids');
        return crossEntropy(model.call(inputIds, attentionMask, context), labels, { sampleWeights });
      },
      onEvent: ({ type }) => {
        if (type !== 'step') return;
        allocated.push((memory() as unknown as { readonly numBytesAllocatedInGPU: number }).numBytesAllocatedInGPU);
      },
    });
  } finally {
    optimizer.dispose();
    model.dispose();
  }
  return allocated;
}

describe('the memory of a training on webgpu', () => {
  beforeAll(async () => {
    await startBackend('webgpu');
    env().set('WEBGPU_CPU_FORWARD', false);
  });

  it('stays flat over 200 steps once each fixed shape was seen a few times, and grows where batches have any shape', async () => {
    const lengths = Array.from({ length: 95 }, (_, sample) => lengthOf(sample));
    const shapes = fixedShapes({ batchSize: 4, maxLength: 96, lengths });
    const fixed = await allocatedBySteps(200, shapes);
    const sizes = Array.from({ length: 200 }, (_, step) => batchOf(step, shapes)).map(
      ({ rows, length }) => `${rows}x${length}`,
    );
    const allSeen = Math.max(...sizes.map((size) => sizes.indexOf(size)));
    expect(allSeen).toBeLessThan(20);
    const last = fixed.at(-1) ?? NaN;
    // Which buffers are in use at once depends a little on the step before, so that pairs of shapes add some: more of them since the backward
    // pass frees what it has used. Afterwards not a byte is added.
    expect(last, fixed.join(' ')).toBeLessThan(1.05 * (fixed[allSeen] ?? NaN));
    expect(new Set(fixed.slice(40)), fixed.join(' ')).toEqual(new Set([last]));

    const free = await allocatedBySteps(95, undefined);
    const grown = (from: number, to: number): number => (free[to] ?? NaN) - (free[from] ?? NaN);
    expect(free.at(-1)).toBeGreaterThan(3 * last);
    for (const step of [20, 40, 60, 80]) expect(grown(step, step + 14), free.join(' ')).toBeGreaterThan(10_000);
  });
});
