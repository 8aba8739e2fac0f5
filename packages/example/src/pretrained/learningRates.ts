import { layerwiseLearningRate } from '@crossmodal/training';
import type { TrainConfig } from '../config/TrainConfig.js';

/**
 * Factor of the learning rate by parameter: pretrained encoders have a rate of their own (both encoders, if none is pretrained), which falls by
 * `layerDecay` from each block to the one below it.
 *
 * @param paths - of all parameters of the model
 */
export function learningRateFactors(
  config: Pick<TrainConfig, 'learningRate' | 'encoderLearningRate' | 'layerDecay' | 'textModel' | 'imageModel'>,
  paths: readonly string[],
): (path: string) => number {
  const { learningRate, encoderLearningRate = learningRate, layerDecay, textModel, imageModel } = config;
  const layerwise = layerwiseLearningRate({ decay: layerDecay, paths });
  const noneIsPretrained = textModel === undefined && imageModel === undefined;
  const isOwn: Readonly<Record<string, boolean>> = {
    textEncoder: noneIsPretrained || textModel !== undefined,
    imageEncoder: noneIsPretrained || imageModel !== undefined,
  };
  return (path) => {
    const encoder = /^[^.]+/.exec(path)?.[0] ?? '';
    if (isOwn[encoder] !== true) return 1;
    return (encoderLearningRate / learningRate) * layerwise(path);
  };
}
