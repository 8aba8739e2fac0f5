import { type Module } from '@crossmodal/layers';
import { type TensorData } from '@crossmodal/weights';
import { type Scalar, type Tensor, type Tensor1D, type Tensor2D, type Variable } from '@tensorflow/tfjs-core';
import { describe, expectTypeOf, it } from 'vitest';
import {
  AdamW,
  accumulateGradients,
  clipByGlobalNorm,
  computeGradients,
  constantSchedule,
  crossEntropy,
  buildFeatures,
  type EpochEvent,
  FeatureCache,
  type FeatureProgress,
  featureTensors,
  layerwiseLearningRate,
  type LossContext,
  type Optimizer,
  type PaddedFeature,
  type SampleFeatures,
  type Schedule,
  type StepEvent,
  type TrainableModel,
  type TrainingError,
  type TrainingEvent,
  type TrainingResult,
  trainModel,
  type TrainModelOptions,
  unpadFeatures,
  warmupCosineSchedule,
  warmupLinearSchedule,
} from './index.js';

interface Batch {
  readonly ids: readonly string[];
}
declare const model: Module;
declare const optimizer: AdamW;
declare const gradients: Map<string, Tensor>;
declare const logits: Tensor2D;
declare const labels: Tensor1D;
declare const batches: Iterable<Batch>;
declare const loss: Scalar;
declare const required: Omit<TrainModelOptions<Batch>, 'computeLoss'>;

describe('types', () => {
  it('infers what a batch is from the batches', () => {
    const result = trainModel({
      model,
      optimizer,
      epochs: 1,
      stepsPerEpoch: 1,
      seed: 1,
      trainBatches: () => batches,
      batchSize: (batch) => batch.ids.length,
      sampleIds: ({ ids }) => ids,
      computeLoss: (batch, context) => {
        expectTypeOf(batch).toEqualTypeOf<Batch>();
        expectTypeOf(context).toEqualTypeOf<LossContext>();
        return loss;
      },
    });
    expectTypeOf(result).toEqualTypeOf<Promise<TrainingResult>>();
    expectTypeOf<TrainingResult['stoppedBy']>().toEqualTypeOf<'epochs' | 'patience' | 'time' | 'signal'>();
    // @ts-expect-error a loss is a scalar
    void trainModel({ ...required, computeLoss: () => logits });
    // @ts-expect-error the loss is needed
    void trainModel(required);
    // @ts-expect-error modes are named
    void trainModel({ ...required, computeLoss: () => loss, earlyStopping: { metric: 'f1', mode: 'best' } });
    // @ts-expect-error a checkpoint needs a way to save the model
    void trainModel({ ...required, computeLoss: () => loss, checkpoint: { directory: 'runs' } });
  });

  it('takes every module and optimizer of that form', () => {
    expectTypeOf<Module>().toExtend<TrainableModel>();
    expectTypeOf<AdamW>().toExtend<Optimizer>();
    expectTypeOf(optimizer.state()).resolves.toEqualTypeOf<Map<string, TensorData>>();
    const learningRateOf = layerwiseLearningRate({ decay: 0.9, paths: model.namedParameters().keys() });
    expectTypeOf(learningRateOf).toEqualTypeOf<(path: string) => number>();
    expectTypeOf(AdamW).toBeConstructibleWith(model.namedParameters(), { learningRate: 1, learningRateOf });
    // @ts-expect-error the number of blocks is read off the paths
    layerwiseLearningRate({ decay: 0.9 });
    // @ts-expect-error moments belong to paths, so parameters come with theirs
    new AdamW([], { learningRate: 1 });
    // @ts-expect-error there is no default learning rate
    new AdamW(new Map<string, Variable>(), {});
  });

  it('tells events apart by their type', () => {
    const listen = (event: TrainingEvent): void => {
      if (event.type === 'step') expectTypeOf(event).toEqualTypeOf<StepEvent>();
      if (event.type === 'epoch') expectTypeOf(event).toEqualTypeOf<EpochEvent>();
      // @ts-expect-error only a checkpoint has a path
      if (event.type === 'step') expectTypeOf(event.path).toBeString();
    };
    expectTypeOf(listen).toBeFunction();
    expectTypeOf<TrainingError['quantity']>().toEqualTypeOf<'loss' | 'gradient norm'>();
  });

  it("pins the parts of a loop of one's own", () => {
    expectTypeOf(
      crossEntropy(logits, labels, { labelSmoothing: 0.1, classWeights: undefined }),
    ).toEqualTypeOf<Scalar>();
    expectTypeOf(computeGradients(() => loss, model.namedParameters()).gradients).toEqualTypeOf<Map<string, Tensor>>();
    expectTypeOf(accumulateGradients(undefined, gradients, 2)).toEqualTypeOf<Map<string, Tensor>>();
    expectTypeOf(clipByGlobalNorm(gradients, 1).norm).toEqualTypeOf<Scalar>();
    expectTypeOf(constantSchedule()).toEqualTypeOf<Schedule>();
    expectTypeOf(warmupLinearSchedule({ totalSteps: 3 })).toEqualTypeOf<Schedule>();
    expectTypeOf(warmupCosineSchedule({ totalSteps: 3, warmupSteps: 1 })(0)).toEqualTypeOf<number>();
    // @ts-expect-error labels are one per sample
    crossEntropy(logits, logits);
    // @ts-expect-error a decay needs an end
    warmupCosineSchedule({ warmupSteps: 1 });
  });

  it('takes features apart and puts them together', () => {
    const cache = null as unknown as FeatureCache;
    expectTypeOf(unpadFeatures({ v: logits }, [1])).toEqualTypeOf<Promise<SampleFeatures[]>>();
    expectTypeOf(cache.read('a')).toEqualTypeOf<Promise<SampleFeatures>>();
    expectTypeOf(cache.batch(['a'])).toEqualTypeOf<Promise<Map<string, PaddedFeature>>>();
    expectTypeOf(featureTensors(new Map<string, PaddedFeature>()).get('v')?.mask).toEqualTypeOf<Tensor2D | undefined>();
    const build = (ids: string[]): Promise<FeatureProgress> =>
      buildFeatures({ cache, ids, batchSize: 1, encodeBatch: () => unpadFeatures({ v: logits }) });
    expectTypeOf(build).returns.toEqualTypeOf<Promise<FeatureProgress>>();
    // @ts-expect-error a cache is of something
    void FeatureCache.open({ directory: 'x' });
    // @ts-expect-error there are two precisions
    void FeatureCache.open({ directory: 'x', identity: {}, precision: 'bfloat16' });
    // @ts-expect-error tensors are no features
    void cache.append(new Map([['a', { v: logits }]]));
  });
});
