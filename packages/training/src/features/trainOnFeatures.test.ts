import { deriveSeed, readParameters, uniformAt } from '@crossmodal/layers';
import { backendsUnderTest, onBackends, seededNormalValues } from '@crossmodal/testing';
import { tensor1d, tensor2d, tidy, type Scalar, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { afterEach, expect, it } from 'vitest';
import { FaultyFileSystem } from '../__fakes__/FaultyFileSystem.js';
import { TinyFusion } from '../__fakes__/TinyFusion.js';
import { TemporaryFolders } from '../__fakes__/tinyRun.js';
import { trainModel } from '../loop/trainModel.js';
import { crossEntropy } from '../losses/crossEntropy.js';
import { AdamW } from '../optimizers/AdamW.js';
import { buildFeatures } from './buildFeatures.js';
import { FeatureCache } from './FeatureCache.js';
import { type FeaturePrecision } from './featureChunk.js';
import { featureTensors } from './featureTensors.js';
import { unpadFeatures } from './unpadFeatures.js';

const folders = new TemporaryFolders();
afterEach(() => folders.removeAll());

const [samples, batchSize, epochs] = [18, 4, 2];
const stepsPerEpoch = Math.ceil(samples / batchSize);
type Batch = readonly number[];

const inputIds = (batch: Batch): Tensor2D =>
  tensor2d(
    batch.map((sample) => Array.from({ length: 6 }, (_, i) => Math.floor(uniformAt(sample, i) * 50))),
    [batch.length, 6],
    'int32',
  );

/** Every sample once, in an order of the epoch's own. */
function batches(epoch: number): Batch[] {
  const keys = Array.from({ length: samples }, (_, i) => uniformAt(deriveSeed(5, epoch), i));
  const order = keys.map((_, i) => i).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
  return Array.from({ length: stepsPerEpoch }, (_, i) => order.slice(i * batchSize, (i + 1) * batchSize));
}

/** Trains what lies above the frozen encoder. */
async function train(
  model: TinyFusion,
  load: (batch: Batch) => Promise<(context?: { readonly seed: number }) => Tensor3D>,
): Promise<{ losses: number[]; weights: Map<string, Float32Array> }> {
  const losses: number[] = [];
  const optimizer = new AdamW(model.namedParameters(), { learningRate: 0.01 });
  await trainModel<{ samples: Batch; states: (context?: { readonly seed: number }) => Tensor3D }>({
    model,
    optimizer,
    epochs,
    stepsPerEpoch,
    seed: 3,
    trainBatches: async function* trainBatches(epoch) {
      for (const batch of batches(epoch)) yield { samples: batch, states: await load(batch) };
    },
    batchSize: (batch) => batch.samples.length,
    sampleIds: (batch) => batch.samples.map(String),
    computeLoss: (batch, context): Scalar => {
      const image = tensor2d(batch.samples.map((sample) => [...seededNormalValues(12, sample)]));
      const labels = tensor1d(batch.samples.map((sample) => sample % 2), 'int32'); // prettier-ignore
      return crossEntropy(model.fuse(batch.states(context), image, context), labels);
    },
    onEvent: (event) => {
      if (event.type === 'step') losses.push(event.loss);
    },
  });
  optimizer.dispose();
  const weights = new Map(
    [...(await readParameters(model))].map(([path, { data }]) => [path, Float32Array.from(data)]),
  );
  return { losses, weights };
}

const frozen = (): TinyFusion => new TinyFusion().freeze(/^(embeddings|encoder)\./);

const runningTheEncoder = async (): Promise<Awaited<ReturnType<typeof train>>> => {
  const model = frozen();
  const result = await train(model, (batch) => Promise.resolve((context) => model.encode(inputIds(batch), context)));
  expect(model.encoderCalls).toBe(epochs * stepsPerEpoch);
  model.dispose();
  return result;
};

async function onKeptFeatures(
  directory: string,
  precision?: FeaturePrecision,
): Promise<Awaited<ReturnType<typeof train>> & { encoderCalls: number }> {
  const model = frozen();
  const cache = await FeatureCache.open({
    directory,
    identity: { encoder: 'tiny' },
    precision,
    fileSystem: new FaultyFileSystem(),
  });
  await buildFeatures({
    cache,
    ids: Array.from({ length: samples }, (_, i) => `${i}`),
    batchSize: 5,
    encodeBatch: async (ids) => {
      const states = tidy(() => model.encode(inputIds(ids.map(Number))));
      const features = await unpadFeatures({ states });
      states.dispose();
      return features;
    },
  });
  const result = await train(model, async (batch) => {
    const features = await cache.batch(batch.map(String));
    return () => featureTensors(features).get('states')?.values as Tensor3D;
  });
  model.dispose();
  return { ...result, encoderCalls: model.encoderCalls };
}

onBackends(backendsUnderTest(), () => {
  it('trains to the same bits on kept features as with a frozen encoder in every step, which then never runs', async () => {
    const directory = await folders.create();
    const expected = await runningTheEncoder();
    const first = await onKeptFeatures(directory);
    const second = await onKeptFeatures(directory);
    expect([first.encoderCalls, second.encoderCalls]).toEqual([Math.ceil(samples / 5), 0]);
    for (const { losses, weights } of [first, second]) {
      expect(losses).toEqual(expected.losses);
      expect(weights).toEqual(expected.weights);
    }
  });

  it('learns nearly the same from half precision', async () => {
    const { losses } = await runningTheEncoder();
    const half = (await onKeptFeatures(await folders.create(), 'float16')).losses;
    expect(half).not.toEqual(losses);
    const largest = Math.max(...losses.map((loss, i) => Math.abs(loss - (half[i] ?? NaN))));
    expect(largest).toBeLessThan(2e-3);
  });
});
