import type { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { ConfigError } from '../config/ConfigError.js';
import type { TrainConfig } from '../config/TrainConfig.js';
import { isFrozen } from '../encoders/isFrozen.js';
import { encoderStacks } from './encoderStacks.js';
import { estimateMemory, type MemoryEstimate, type StepSizes } from './estimateMemory.js';
import type { MemoryLimit } from './memoryLimit.js';

/** The settings that decide how much memory a step takes. */
type MemorySettings = Pick<
  TrainConfig,
  'batchSize' | 'gradientAccumulationSteps' | 'gradientCheckpointing' | 'cacheFeatures' | 'checkMemory'
>;

/** How many times the activations of a step an estimate of them may be: on wasm 1.1, on onnxruntime, whose kernels keep less, 2.1 in tiny models. */
const MOST_TOO_HIGH = { heap: 1.1, machine: 2.1 };

/**
 * Reads what a step of training is made of.
 *
 * @param model - with its frozen parts frozen
 * @param settings - of the run
 * @param row - tokens of the longest text, and pixels of an image's side; 0 where there is none
 */
export function stepSizes(
  model: MultimodalSentimentModel,
  settings: MemorySettings,
  row: { readonly length: number; readonly imageSize: number },
): StepSizes {
  const parameters = [...model.namedParameters().values()];
  const { textEncoder, imageEncoder } = model;
  // Of these, features are kept instead.
  const isRun = (encoder: Parameters<typeof isFrozen>[0]): boolean => !(settings.cacheFeatures && isFrozen(encoder));
  const all = encoderStacks(model, row.length);
  const stacks = [
    textEncoder && isRun(textEncoder) ? all.text : undefined,
    imageEncoder && isRun(imageEncoder) ? all.image : undefined,
  ];
  return {
    values: sum(parameters.map(({ size }) => size)),
    trainedValues: sum(parameters.filter(({ trainable }) => trainable).map(({ size }) => size)),
    gradientAccumulationSteps: settings.gradientAccumulationSteps,
    rows: settings.batchSize,
    pixelsPerRow: imageEncoder && isRun(imageEncoder) ? 3 * row.imageSize ** 2 : 0,
    stacks: stacks.filter((stack) => stack !== undefined),
  };
}

/**
 * Describes an estimate in one line for people, beside what there is.
 *
 * @param estimate - of a step
 * @param limit - absent where nobody knows
 */
export function describeMemory(estimate: MemoryEstimate, limit: MemoryLimit | undefined): string {
  const { total, ...parts } = estimate;
  const listed = Object.entries(parts).map(([name, bytes]) => `${name} ${megabytes(bytes)}`);
  const beside = limit ? `${limit.of} has ${megabytes(limit.bytes)} MB` : 'how much the GPU has is not known';
  return `estimated memory of a step: ${megabytes(total)} MB (${listed.join(', ')}); ${beside}`;
}

/**
 * Refuses a run whose steps cannot fit, before the first one: when they would not even if the estimate is as much too high as it may be.
 *
 * @throws ConfigError with the estimate and what to do; not with `checkMemory: false`
 */
export function checkMemory(sizes: StepSizes, settings: MemorySettings, limit: MemoryLimit | undefined): void {
  const estimate = estimateMemory(sizes);
  if (!limit || !settings.checkMemory) return;
  const { total, gradients, activations } = estimate;
  const leastActivations = activations / (limit.of === 'this machine' ? MOST_TOO_HIGH.machine : MOST_TOO_HIGH.heap);
  // Gradients of weights take the place of activations as the backward pass frees these.
  const least = total - gradients - activations + Math.max(gradients, leastActivations);
  if (least <= limit.bytes) return;
  const ways = [
    ...(settings.gradientCheckpointing ? [] : ['--gradient-checkpointing']),
    'a smaller --batch-size with more --gradient-accumulation-steps',
    'less that is trained (--lora, --train-last-blocks, --freeze)',
    ...(limit.of === 'this machine' ? [] : ['another --backend']),
  ];
  throw new ConfigError(
    `memory: a step must fit into ${megabytes(limit.bytes)} MB, got ${describeMemory(estimate, limit)}. ` +
      `Try ${ways.join(', ')}; --no-check-memory runs it nevertheless.`,
  );
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toLocaleString('en', { maximumFractionDigits: 1 });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
