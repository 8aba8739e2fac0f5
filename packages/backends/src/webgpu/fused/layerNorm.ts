import { type TensorInfo } from '@tensorflow/tfjs-core';

import { GROUP_SIZE, type GpuRunner, runElements, runRows } from './runGpuProgram.js';

/** Mean and inverse standard deviation of a row of `x`. */
const statistics = `
  var sum = 0.0f;
  for (var column = lane; column < uniforms.width; column += ${GROUP_SIZE}) { sum += x[row * uniforms.width + column]; }
  let mean = sumOverRow(lane, sum) / f32(uniforms.width);
  var squares = 0.0f;
  for (var column = lane; column < uniforms.width; column += ${GROUP_SIZE}) {
    let centered = x[row * uniforms.width + column] - mean;
    squares += centered * centered;
  }
  let inverse = inverseSqrt(sumOverRow(lane, squares) / f32(uniforms.width) + uniforms.epsilon);`;

/**
 * Layer normalization of rows.
 *
 * @param x - `[rows, D]`
 * @returns the value, the rows before weight and bias, and one over their standard deviation, `[rows, 1]`
 */
export function layerNorm(
  runner: GpuRunner,
  { x, weight, bias }: Readonly<Record<'x' | 'weight' | 'bias', TensorInfo>>,
  epsilon: number,
): TensorInfo[] {
  const [rows = 0, width = 0] = x.shape;
  const shared = { inputs: { x }, integers: { rows, width }, floats: { epsilon } };
  const normalized = runRows(
    runner,
    { ...shared, name: 'layerNormNormalized', shape: x.shape },
    `${statistics}
     for (var column = lane; column < uniforms.width; column += ${GROUP_SIZE}) {
       result[row * uniforms.width + column] = (x[row * uniforms.width + column] - mean) * inverse;
     }`,
  );
  const inverse = runRows(
    runner,
    { ...shared, name: 'layerNormInverse', shape: [rows, 1] },
    `${statistics}
     if (lane == 0) { result[row] = inverse; }`,
  );
  const value = runElements(
    runner,
    { name: 'layerNormValue', inputs: { normalized, weight, bias }, shape: x.shape, integers: { width } },
    `let column = index % uniforms.width;
     value = normalized[index] * weight[column] + bias[column];`,
  );
  return [value, normalized, inverse];
}

/** Gradients of rows, weight and bias. */
export function layerNormGrad(
  runner: GpuRunner,
  { dy, normalized, inverse, weight }: Readonly<Record<'dy' | 'normalized' | 'inverse' | 'weight', TensorInfo>>,
): TensorInfo[] {
  const [rows = 0, width = 0] = dy.shape;
  const integers = { rows, width };
  const dx = runRows(
    runner,
    { name: 'layerNormGrad', inputs: { dy, normalized, inverse, weight }, shape: dy.shape, integers },
    `var sum = 0.0f;
     var along = 0.0f;
     for (var column = lane; column < uniforms.width; column += ${GROUP_SIZE}) {
       let place = row * uniforms.width + column;
       let weighted = dy[place] * weight[column];
       sum += weighted;
       along += weighted * normalized[place];
     }
     let mean = sumOverRow(lane, sum) / f32(uniforms.width);
     let meanAlong = sumOverRow(lane, along) / f32(uniforms.width);
     for (var column = lane; column < uniforms.width; column += ${GROUP_SIZE}) {
       let place = row * uniforms.width + column;
       result[place] = inverse[row] * (dy[place] * weight[column] - mean - normalized[place] * meanAlong);
     }`,
  );
  const dWeight = runElements(
    runner,
    { name: 'layerNormGradWeight', inputs: { dy, normalized }, shape: [width], integers },
    `for (var row = 0; row < uniforms.rows; row += 1) {
       let place = row * uniforms.width + index;
       value += dy[place] * normalized[place];
     }`,
  );
  const dBias = runElements(
    runner,
    { name: 'layerNormGradBias', inputs: { dy }, shape: [width], integers },
    'for (var row = 0; row < uniforms.rows; row += 1) { value += dy[row * uniforms.width + index]; }',
  );
  return [dx, dWeight, dBias];
}
