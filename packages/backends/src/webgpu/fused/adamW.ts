import { type TensorInfo } from '@tensorflow/tfjs-core';

import { type GpuRunner, runElements } from './runGpuProgram.js';

/** The numbers of an update, as `@crossmodal/training` passes them. */
export type AdamWName = 'beta1' | 'rest1' | 'beta2' | 'rest2' | 'epsilon' | 'stepSize' | 'decay' | 'gradientScale';

/** One update of AdamW: parameter and both moments, each in one pass. */
export function adamW(
  runner: GpuRunner,
  inputs: Readonly<Record<'parameter' | 'gradient' | 'first' | 'second', TensorInfo>>,
  numbers: Readonly<Record<AdamWName, number>>,
): TensorInfo[] {
  const { parameter, gradient, first, second } = inputs;
  const { beta1, rest1, beta2, rest2, epsilon, stepSize, decay, gradientScale } = numbers;
  const newFirst = runElements(
    runner,
    { name: 'adamWFirst', inputs: { gradient, first }, shape: first.shape, floats: { beta1, rest1, gradientScale } },
    'value = first[index] * uniforms.beta1 + gradient[index] * uniforms.gradientScale * uniforms.rest1;',
  );
  const newSecond = runElements(
    runner,
    { name: 'adamWSecond', inputs: { gradient, second }, shape: second.shape, floats: { beta2, rest2, gradientScale } },
    `let scaled = gradient[index] * uniforms.gradientScale;
     value = second[index] * uniforms.beta2 + scaled * scaled * uniforms.rest2;`,
  );
  const newParameter = runElements(
    runner,
    {
      name: 'adamWParameter',
      inputs: { parameter, newFirst, newSecond },
      shape: parameter.shape,
      floats: { epsilon, stepSize, decay },
    },
    `let change = newFirst[index] / (sqrt(newSecond[index]) + uniforms.epsilon);
     value = parameter[index] * uniforms.decay - change * uniforms.stepSize;`,
  );
  return [newParameter, newFirst, newSecond];
}
