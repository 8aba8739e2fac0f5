import { matMul, type Tensor, type TensorInfo, transpose } from '@tensorflow/tfjs-core';

import { GROUP_SIZE, type GpuRunner, runRows } from './runGpuProgram.js';

/** A row of attention is open when some key has a bias above this: half of what masks a key in `@crossmodal/layers`. */
const OPEN_ABOVE = -5e8;

/**
 * `softmax(query keyᵀ scale + bias)`, zeros in rows that are masked throughout.
 *
 * @param query - `[B, H, T, Dh]`
 * @param key - `[B, H, S, Dh]`
 * @param bias - `[B or 1, 1 or H, T or 1, S]`
 * @returns `[B, H, T, S]`
 */
export function attentionWeights(
  runner: GpuRunner,
  { query, key, bias }: { readonly query: Tensor; readonly key: Tensor; readonly bias?: Tensor | undefined },
  scale: number,
): TensorInfo {
  const products = matMul(query, key, false, true);
  const [batch = 0, heads = 0, length = 0, keys = 0] = products.shape;
  const weights = runRows(
    runner,
    {
      name: bias ? 'attentionWeightsBiased' : 'attentionWeights',
      inputs: { products, ...(bias ? { bias } : {}) },
      shape: products.shape,
      integers: { rows: batch * heads * length, keys, heads, queries: length, ...biasSteps(bias) },
      floats: { scale, openAbove: OPEN_ABOVE },
      functions: `
        fn score(row : i32, column : i32) -> f32 {
          return products[row * uniforms.keys + column] * uniforms.scale ${bias ? '+ biasAt(row, column)' : ''};
        }
        ${bias ? biasAt : ''}`,
    },
    `${bias ? openness : 'let isOpen = true;'}
     var most = -3.0e38f;
     for (var column = lane; column < uniforms.keys; column += ${GROUP_SIZE}) { most = max(most, score(row, column)); }
     let largest = maxOverRow(lane, most);
     var sum = 0.0f;
     for (var column = lane; column < uniforms.keys; column += ${GROUP_SIZE}) { sum += exp(score(row, column) - largest); }
     let total = sumOverRow(lane, sum);
     for (var column = lane; column < uniforms.keys; column += ${GROUP_SIZE}) {
       let weight = exp(score(row, column) - largest) / total;
       result[row * uniforms.keys + column] = select(0.0, weight, isOpen);
     }`,
  );
  products.dispose();
  return weights;
}

const biasAt = `
  fn biasAt(row : i32, column : i32) -> f32 {
    let query = row % uniforms.queries;
    let head = (row / uniforms.queries) % uniforms.heads;
    let sample = row / (uniforms.queries * uniforms.heads);
    return bias[sample * uniforms.biasSample + head * uniforms.biasHead + query * uniforms.biasQuery + column];
  }`;

const openness = `
  var bound = -3.0e38f;
  for (var column = lane; column < uniforms.keys; column += ${GROUP_SIZE}) { bound = max(bound, biasAt(row, column)); }
  let isOpen = maxOverRow(lane, bound) > uniforms.openAbove;`;

/** How far apart the bias of neighbouring samples, heads and queries lies: 0 where they share it. */
function biasSteps(bias: Tensor | undefined): Record<string, number> {
  const [samples = 1, heads = 1, queries = 1, keys = 1] = bias?.shape ?? [];
  return {
    biasSample: samples === 1 ? 0 : heads * queries * keys,
    biasHead: heads === 1 ? 0 : queries * keys,
    biasQuery: queries === 1 ? 0 : keys,
  };
}

/** Gradients of query and key. */
export function attentionWeightsGrad(
  runner: GpuRunner,
  { dy, query, key, weights }: Readonly<Record<'dy' | 'query' | 'key' | 'weights', Tensor>>,
  scale: number,
  toTensor: (info: TensorInfo) => Tensor,
): Tensor[] {
  const keys = dy.shape.at(-1) ?? 0;
  const work = {
    name: 'attentionWeightsGrad',
    inputs: { dy, weights },
    shape: dy.shape,
    integers: { rows: dy.size / keys, keys },
    floats: { scale },
  };
  const dScores = toTensor(
    runRows(
      runner,
      work,
      `var sum = 0.0f;
       for (var column = lane; column < uniforms.keys; column += ${GROUP_SIZE}) {
         sum += dy[row * uniforms.keys + column] * weights[row * uniforms.keys + column];
       }
       let inflow = sumOverRow(lane, sum);
       for (var column = lane; column < uniforms.keys; column += ${GROUP_SIZE}) {
         let place = row * uniforms.keys + column;
         result[place] = weights[place] * (dy[place] - inflow) * uniforms.scale;
       }`,
    ),
  );
  const swapped = transpose(dScores, [0, 1, 3, 2]);
  const gradients = [matMul(dScores, key), matMul(swapped, query)];
  dScores.dispose();
  swapped.dispose();
  return gradients;
}
