import { matMul, mul, randomUniform, softmax, sub, sum, type Tensor, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { type BackendName } from '../BackendName.js';
import { type BackendOptions } from '../BackendOptions.js';
import { startBackend } from '../startBackend.js';
import { type BackendSpeed } from './BackendSpeed.js';

/** Milliseconds that each of the two measurements may take after its warm-up. */
const BUDGET_MS = 500;
const matrixSize = 512;

/**
 * Starts a backend in this process and measures a product of matrices and a step of attention, about half a second each.
 *
 * @param name - the backend; it is the current one afterwards
 * @throws {@link BackendUnavailableError} when it does not start
 *
 * @example
 * const { matMulGflops, stepMs } = await measureBackend('wasm');
 */
export async function measureBackend(name: BackendName, options: BackendOptions = {}): Promise<BackendSpeed> {
  const { device } = await startBackend(name, options);
  const [a, b] = [uniform([matrixSize, matrixSize], 1), uniform([matrixSize, matrixSize], 2)];
  const matMulMs = await medianMs(() => matMul(a, b));
  const shape = [8, 4, 64, 32];
  const [query, key, value, dy] = [1, 2, 3, 4].map((seed) => uniform(shape, seed)) as [Tensor, Tensor, Tensor, Tensor];
  const stepMs = await medianMs(() => attentionStep({ query, key, value, dy }));
  for (const tensor of [a, b, query, key, value, dy]) tensor.dispose();
  return { backend: name, device, matMulGflops: (2 * matrixSize ** 3) / (matMulMs * 1e6), stepMs };
}

function uniform(shape: number[], seed: number): Tensor {
  return randomUniform(shape, -1, 1, 'float32', seed);
}

/** Attention forward and backward, written out: a tape would be another package's. */
function attentionStep({ query, key, value, dy }: Record<'query' | 'key' | 'value' | 'dy', Tensor>): Tensor {
  const weights = softmax<Tensor4D>(matMul(query, key, false, true));
  const output = matMul(weights, value);
  const dValue = matMul(weights, dy, true, false);
  const dWeights = mul(matMul(dy, value, false, true), weights);
  const dScores = sub(dWeights, mul(weights, sum(dWeights, -1, true)));
  const dQuery = matMul(dScores, key);
  const dKey = matMul(dScores, query, true, false);
  return sum(mul(mul(output, dValue), mul(dQuery, dKey)));
}

/** Waits for the values, for a GPU answers before it has computed. */
async function medianMs(compute: () => Tensor): Promise<number> {
  const once = async (): Promise<number> => {
    const from = performance.now();
    const result = tidy(compute);
    await result.data();
    result.dispose();
    return performance.now() - from;
  };
  // The first runs compile shaders and fill caches.
  for (let i = 0; i < 3; i += 1) await once();
  const times: number[] = [];
  const until = performance.now() + BUDGET_MS;
  do times.push(await once());
  while (performance.now() < until || times.length < 5);
  times.sort((left, right) => left - right);
  return times[Math.floor(times.length / 2)] ?? NaN;
}
