import {
  deriveSeed,
  dropout,
  gelu,
  LayerNorm,
  Linear,
  Module,
  type CallContext,
  readParameters,
  assignParameters,
} from '@crossmodal/layers';
import { seededNormal, useBackend } from '@crossmodal/testing';
import { OnnxRuntimeBackend, registerOnnxRuntimeBackend } from '@crossmodal/tfjs-backend-onnxruntime';
import {
  backend,
  dispose,
  getKernelsForBackend,
  removeBackend,
  type Scalar,
  setBackend,
  tensor1d,
  type Tensor2D,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { computeGradients } from '../gradients/computeGradients.js';
import { crossEntropy } from '../losses/crossEntropy.js';
import { AdamW } from '../optimizers/AdamW.js';

/** So wide that ONNX Runtime shares its products, sums and normalizations among threads. */
const [batchSize, width] = [128, 384];

class WideModel extends Module {
  readonly #first = this.child('first', new Linear(64, width, { seed: 1 }));
  readonly #norm = this.child('norm', new LayerNorm(width, 1e-5));
  readonly #second = this.child('second', new Linear(width, width, { seed: 2 }));
  readonly #classifier = this.child('classifier', new Linear(width, 3, { seed: 3 }));

  call(x: Tensor2D, { seed = 0 }: CallContext = {}): Tensor2D {
    return this.run(() => {
      const hidden = gelu(this.#norm.call(this.#first.call(x)));
      return this.#classifier.call(
        dropout(gelu(this.#second.call(hidden)), 0.1, deriveSeed(seed, 'hidden')),
      ) as Tensor2D;
    });
  }
}

interface Kept {
  readonly parameters: Awaited<ReturnType<typeof readParameters>>;
  readonly moments: Awaited<ReturnType<AdamW['state']>>;
  /** Of every bit of both. */
  readonly hash: string;
}

/** Trains from one step to another and gives back everything. */
async function train(from: number, to: number, kept?: Kept): Promise<Kept> {
  const model = new WideModel();
  const optimizer = new AdamW(model.namedParameters(), { learningRate: 0.01 });
  if (kept) {
    assignParameters(model, kept.parameters);
    optimizer.loadState(kept.moments);
  }
  for (let step = from; step < to; step += 1) {
    const { loss, gradients } = computeGradients(() => lossOf(model, step), model.namedParameters());
    optimizer.step(gradients);
    dispose([loss, ...gradients.values()]);
  }
  const parameters = await readParameters(model);
  const moments = await optimizer.state();
  optimizer.dispose();
  model.dispose();
  return { parameters, moments, hash: hashOf([...parameters.values(), ...moments.values()]) };
}

function lossOf(model: WideModel, step: number): Scalar {
  const labels = Array.from({ length: batchSize }, (_, i) => deriveSeed(step, i) % 3);
  return crossEntropy(
    model.call(seededNormal([batchSize, 64], step) as Tensor2D, { seed: step }),
    tensor1d(labels, 'int32'),
  );
}

function hashOf(values: readonly { readonly data: ArrayBufferView }[]): string {
  const hash = createHash('sha256');
  for (const { data } of values) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest('hex');
}

/** Starts the backend anew. */
async function useThreads(numThreads: number): Promise<void> {
  await useBackend('cpu');
  removeBackend('onnxruntime');
  for (const { kernelName, backendName } of getKernelsForBackend('onnxruntime'))
    unregisterKernel(kernelName, backendName);
  registerOnnxRuntimeBackend({ numThreads });
  await setBackend('onnxruntime');
  const started = backend();
  if (!(started instanceof OnnxRuntimeBackend)) throw new TypeError('another backend started');
  expect(started.numThreads).toBe(numThreads);
}

describe.each([1, 2])('training on onnxruntime with %d threads', (numThreads) => {
  let whole: string;
  beforeAll(async () => {
    await useBackend('onnxruntime');
    await useThreads(numThreads);
    whole = (await train(0, 3)).hash;
  });

  it('repeats every bit', async () => {
    expect((await train(0, 3)).hash).toBe(whole);
    await useThreads(numThreads);
    expect((await train(0, 3)).hash).toBe(whole);
  });

  it('repeats every bit after a stop, in a backend started anew', async () => {
    const first = await train(0, 1);
    await useThreads(numThreads);
    expect((await train(1, 3, first)).hash).toBe(whole);
  });
});
