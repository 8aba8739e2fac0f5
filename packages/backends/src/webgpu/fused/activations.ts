import { type TensorInfo } from '@tensorflow/tfjs-core';

import { type GpuRunner, runElements } from './runGpuProgram.js';

/** Abramowitz and Stegun 1964, 7.1.26, as TensorFlow.js computes it: at most 1.5e-7 off. */
const errorFunction = `
  fn errorFunction(x : f32) -> f32 {
    let t = 1.0 / (1.0 + 0.3275911 * abs(x));
    let polynomial = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
    return sign(x) * (1.0 - polynomial * exp(-x * x));
  }`;

/** `x Φ(x)`. */
export function gelu(runner: GpuRunner, x: TensorInfo): TensorInfo {
  const work = { name: 'gelu', inputs: { x }, shape: x.shape, functions: errorFunction };
  return runElements(runner, work, 'value = 0.5 * x[index] * (1.0 + errorFunction(x[index] * 0.7071067811865476));');
}

/** `dy (Φ(x) + x φ(x))`. */
export function geluGrad(runner: GpuRunner, dy: TensorInfo, x: TensorInfo): TensorInfo {
  return runElements(
    runner,
    { name: 'geluGrad', inputs: { dy, x }, shape: x.shape, functions: errorFunction },
    `let at = x[index];
     let cumulative = 0.5 * (1.0 + errorFunction(at * 0.7071067811865476));
     value = dy[index] * (cumulative + at * 0.3989422804014327 * exp(-0.5 * at * at));`,
  );
}

/** `x σ(1.702 x)`. */
export function quickGelu(runner: GpuRunner, x: TensorInfo): TensorInfo {
  const work = { name: 'quickGelu', inputs: { x }, shape: x.shape };
  return runElements(runner, work, 'value = x[index] / (1.0 + exp(-1.702 * x[index]));');
}

/** `dy s (1 + 1.702 x (1 - s))` with `s = σ(1.702 x)`. */
export function quickGeluGrad(runner: GpuRunner, dy: TensorInfo, x: TensorInfo): TensorInfo {
  return runElements(
    runner,
    { name: 'quickGeluGrad', inputs: { dy, x }, shape: x.shape },
    `let share = 1.0 / (1.0 + exp(-1.702 * x[index]));
     value = dy[index] * share * (1.0 + 1.702 * x[index] * (1.0 - share));`,
  );
}
