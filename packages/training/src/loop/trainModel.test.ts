import { Linear, Module } from '@crossmodal/layers';
import {
  backendsUnderTest,
  expectNoLeaks,
  expectTensorsClose,
  onBackends,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import { mean, memory, mul, scalar, square, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { mkdir, readdir } from 'node:fs/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TinyClassifier } from '../__fakes__/TinyClassifier.js';
import { runTiny, TemporaryFolders, tiny, tinyBatches, tinyLoss, type TinyRunOptions } from '../__fakes__/tinyRun.js';
import { AdamW } from '../optimizers/AdamW.js';
import { TrainingError } from './TrainingError.js';
import { trainModel } from './trainModel.js';

const folders = new TemporaryFolders();
afterEach(() => folders.removeAll());

onBackends(backendsUnderTest(), () => {
  it('learns, and tells every step and epoch', async () => {
    const { result, events, steps } = await runTiny({ epochs: 8, schedule: undefined });
    expect(result).toMatchObject({ stoppedBy: 'epochs', epochsDone: 8, step: 24, lastCheckpoint: undefined });
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
    expect(steps[4]).toMatchObject({ totalSteps: 24, epoch: 1, samples: 12, learningRate: 0.02 });
    expect(steps[5]).toMatchObject({ samples: 2 });
    const epochs = events.filter((event) => event.type === 'epoch');
    expect(epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 8 }, (_, i) => i));
    expect(epochs).toEqual(result.history.map((record) => ({ type: 'epoch', epochs: 8, ...record })));
    expect(epochs[7]!.trainLoss).toBeLessThan(0.95 * epochs[0]!.trainLoss);
    const first = steps.filter(({ epoch }) => epoch === 0);
    const sum = first.reduce((total, { loss, samples }) => total + loss * samples, 0);
    expect(epochs[0]!.trainLoss).toBeCloseTo(sum / tiny.samples, 6);
  });

  it('updates by the mean gradient: three batches of any size are one big one', async () => {
    const batches = [[0, 1, 2, 3], [4], [5, 6]];
    const [one, three] = [new TinyClassifier(), new TinyClassifier()];
    const norms: number[] = [];
    const train = async (model: TinyClassifier, trainBatches: number[][]): Promise<void> => {
      await trainModel({
        model,
        optimizer: new AdamW(model.namedParameters(), { learningRate: 0.01 }),
        epochs: 2,
        stepsPerEpoch: trainBatches.length,
        gradientAccumulationSteps: trainBatches.length,
        maxGradNorm: 0.1,
        seed: 1,
        trainBatches: () => trainBatches,
        batchSize: (batch) => batch.length,
        sampleIds: (batch) => batch.map(String),
        // In evaluation mode: dropout would differ between one batch and three.
        computeLoss: (batch) => tinyLoss(model.eval(), batch),
        onEvent: (event) => event.type === 'step' && norms.push(event.gradNorm),
      });
    };
    await train(one, [batches.flat()]);
    await train(three, batches);
    expect(norms[2]).toBeCloseTo(norms[0]!, 5);
    expect(norms[0]).toBeGreaterThan(0.1);
    for (const [path, parameter] of three.namedParameters()) {
      await expectTensorsClose(parameter, one.namedParameters().get(path)!, 1e-5);
    }
  });

  it('trains only what is not frozen, and leaves the model in evaluation mode', async () => {
    const model = new TinyClassifier().freeze(/^encoder\./);
    const before = new Map([...model.namedParameters()].map(([path, parameter]) => [path, parameter.clone()]));
    const modes: boolean[] = [];
    await trainModel({
      ...minimal(model),
      computeLoss: (batch: readonly number[], context) => {
        modes.push(model.training);
        return tinyLoss(model, batch, context);
      },
      evaluate: () => {
        modes.push(model.training);
        return Promise.resolve({});
      },
    });
    expect(modes).toEqual([true, true, false, true, true, false]);
    expect(model.training).toBe(false);
    for (const [path, parameter] of model.namedParameters()) {
      const same = await expectTensorsClose(parameter, before.get(path)!, 0).then(
        () => true,
        () => false,
      );
      expect(same, path).toBe(path.startsWith('encoder.'));
    }
  });

  it('holds as many tensors in each step, and leaves none behind', async () => {
    const counts = new Set<number>();
    await expectNoLeaks(async () => {
      counts.clear();
      await runTiny({
        directory: await folders.create(),
        onEvent: (event) => event.type === 'step' && event.step > 1 && counts.add(memory().numTensors),
      });
    });
    expect(counts.size).toBe(1);
  });

  it('leaves nothing behind when it fails', async () => {
    const failing: TinyRunOptions[] = [
      { computeLoss: () => tidy(() => scalar(NaN)) },
      { evaluate: () => Promise.reject(new Error('no data')) },
      { sampleIds: () => [], batchSize: (batch) => batch.length - 2 },
    ];
    for (const changes of failing) {
      await expectNoLeaks(async () => {
        await expect(runTiny(changes)).rejects.toThrow();
      });
    }
  });
});

/** One weight, so that what happens can be counted by hand. */
class Scale extends Module {
  readonly linear = this.child('linear', new Linear(1, 1, { seed: 1, bias: false }));

  call(x: Tensor): Tensor {
    return this.run(() => this.linear.call(x));
  }
}

function minimal<M extends Module>(
  model: M,
): Omit<Parameters<typeof trainModel<readonly number[]>>[0], 'computeLoss'> & { readonly model: M } {
  return {
    model,
    optimizer: new AdamW(model.namedParameters(), { learningRate: 0.01 }),
    epochs: 2,
    stepsPerEpoch: 2,
    seed: 1,
    trainBatches: () => [
      [0, 1],
      [2, 3],
    ],
    batchSize: (batch) => batch.length,
    sampleIds: (batch) => batch.map((sample) => `id ${sample}`),
  };
}

describe('on cpu', () => {
  beforeAll(() => useBackend('cpu'));

  it('gives every batch of every epoch a seed of its own, which follows from the seed of the run', async () => {
    const model = new Scale();
    const x = seededNormal([2, 1], 1);
    const seedsOf = async (seed: number): Promise<number[]> => {
      const seeds: number[] = [];
      await trainModel({
        ...minimal(model),
        seed,
        epochs: 3,
        computeLoss: (_, context) => {
          seeds.push(context.seed);
          return mean<Scalar>(square(model.call(x)));
        },
      });
      return seeds;
    };
    const seeds = await seedsOf(1);
    expect(new Set([...seeds, ...(await seedsOf(2))]).size).toBe(12);
    expect(await seedsOf(1)).toEqual(seeds);
  });

  it('stops before the update when a loss is not finite, and names step, samples and the last checkpoint', async () => {
    const directory = await folders.create();
    const model = new Scale();
    const x = seededNormal([2, 1], 1);
    let calls = 0;
    const failure = await trainModel({
      ...minimal(model),
      gradientAccumulationSteps: 2,
      checkpoint: { directory, save: (path) => mkdir(path) },
      computeLoss: () => {
        calls += 1;
        const loss = mean<Scalar>(square(model.call(x)));
        return calls === 4 ? mul(loss, Infinity) : loss;
      },
    }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TrainingError);
    expect(failure).toMatchObject({
      quantity: 'loss',
      value: Infinity,
      step: 2,
      sampleIds: ['id 2', 'id 3'],
      lastCheckpoint: `${directory}/step-000001`,
      message:
        'trainModel: the loss of step 2 must be finite, got Infinity from 2 samples ("id 2", "id 3"). Nothing was updated. ' +
        `The last checkpoint is ${directory}/step-000001. Look at these samples, or lower the learning rate.`,
    });
  });

  it('stops before the update when only a gradient is not finite', async () => {
    const model = new Scale();
    const weight = model.linear.weight;
    tidy(() => weight.assign(mul(weight, 0)));
    const before = weight.clone();
    const failure = await trainModel({
      ...minimal(model),
      // The square of a gradient of 1e30 is not a float32; the loss is 0 all the same.
      computeLoss: () => mean<Scalar>(mul(weight, 1e30)),
    }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ quantity: 'gradient norm', value: Infinity, sampleIds: ['id 0', 'id 1'] });
    expect(String(failure)).toContain('No checkpoint was saved yet.');
    await expectTensorsClose(weight, before, 0);
  });

  it('shows ids cut and without control characters, ten at most', () => {
    const sampleIds = ['\u001b[31mred', 'x'.repeat(200), ...Array.from({ length: 10 }, (_, i) => `n${i}`)];
    const { message } = new TrainingError({
      quantity: 'loss',
      value: NaN,
      step: 3,
      sampleIds,
      lastCheckpoint: undefined,
    });
    expect(message).toContain(`12 samples (" [31mred", "${'x'.repeat(80)}", "n0"`);
    expect(message).toContain('"n7", …)');
  });

  it('stops after so many epochs without a better value', async () => {
    const losses = [3, 2, 2, NaN, 1.5, 1.6, 1.7, 1.8, 0];
    const run = (patience: number | undefined): ReturnType<typeof runTiny> => {
      let epoch = 0;
      return runTiny({
        epochs: losses.length,
        evaluate: () => Promise.resolve({ logLoss: losses[epoch++] ?? NaN }),
        earlyStopping: { metric: 'logLoss', mode: 'min', patience },
      });
    };
    const { result, events } = await run(3);
    expect(result).toMatchObject({ stoppedBy: 'patience', epochsDone: 8, best: { epoch: 4, value: 1.5 } });
    const best = events.flatMap((event) => (event.type === 'epoch' && event.isBest ? event.epoch : []));
    expect(best).toEqual([0, 1, 4]);
    expect((await run(2)).result).toMatchObject({ stoppedBy: 'patience', epochsDone: 4, best: { epoch: 1 } });
    expect((await run(undefined)).result).toMatchObject({ stoppedBy: 'epochs', best: { epoch: 8, value: 0 } });
  });

  it('has no best epoch when none can be compared', async () => {
    expect((await runTiny({ earlyStopping: undefined, evaluate: undefined })).result.best).toBeUndefined();
    const never = { logLoss: NaN };
    expect((await runTiny({ evaluate: () => Promise.resolve(never) })).result.best).toBeUndefined();
  });

  it('stops when time is up, between two batches', async () => {
    const directory = await folders.create();
    let ms = 5000;
    const { result, steps, events } = await runTiny({
      directory,
      now: () => ms,
      maxTimeMs: 1000,
      sampleIds: (batch) => {
        ms += 100;
        return batch.map(String);
      },
    });
    // Ten batches fit: two whole updates, the last of the epoch, and one of the next.
    expect(result).toMatchObject({ stoppedBy: 'time', epochsDone: 1, step: 4, elapsedMs: 1000 });
    expect(steps).toHaveLength(4);
    expect(result.lastCheckpoint).toBe(`${directory}/step-000004`);
    expect(events.find((event) => event.type === 'epoch')).toMatchObject({
      seconds: 0.7,
      samplesPerSecond: tiny.samples / 0.7,
    });
  });

  it('stops when it is aborted, before an evaluation too', async () => {
    const directory = await folders.create();
    const { result, events } = await runTiny({ directory, stopAfterStep: tiny.updatesPerEpoch });
    expect(result).toMatchObject({ stoppedBy: 'signal', epochsDone: 0, step: 3, best: undefined });
    expect(events.some(({ type }) => type === 'epoch')).toBe(false);
    const early = await runTiny({ stopAfterStep: 0 });
    expect(early.result).toMatchObject({ stoppedBy: 'signal', step: 0 });
  });

  it('hears an abort that comes from a timer while it computes', async () => {
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort();
    }, 60);
    const model = new Scale();
    const x = seededNormal([2, 1], 1);
    const { stoppedBy } = await trainModel({
      ...minimal(model),
      epochs: 1_000_000,
      signal: controller.signal,
      computeLoss: () => mean<Scalar>(square(model.call(x))),
    });
    expect(stoppedBy).toBe('signal');
  });

  it('saves at each epoch and at a stop, and says so once the pointers are there', async () => {
    const directory = await folders.create();
    const found: string[][] = [];
    const { events } = await runTiny({ directory, stopAfterStep: 7 });
    for (const event of events) if (event.type === 'checkpoint') found.push([event.path, String(event.step)]);
    expect(found).toEqual([3, 6, 7].map((step) => [`${directory}/step-00000${step}`, String(step)]));
    expect((await readdir(directory)).sort()).toEqual([
      'best.json',
      'last.json',
      'step-000003',
      'step-000006',
      'step-000007',
    ]);
    expect((await readdir(`${directory}/step-000003`)).sort()).toEqual(['model.safetensors', 'training-state']);
  });

  it.each<[string, TinyRunOptions, string]>([
    ['epochs', { epochs: 0 }, 'trainModel: epochs must be a whole number from 1, got 0.'],
    ['steps', { stepsPerEpoch: 1.5 }, 'trainModel: stepsPerEpoch must be a whole number from 1, got 1.5.'],
    ['seed', { seed: NaN }, 'trainModel: seed must be a whole number from 0, got NaN.'],
    ['windows', { gradientAccumulationSteps: 0 }, 'gradientAccumulationSteps must be a whole number from 1, got 0.'],
    ['clipping', { maxGradNorm: 0 }, 'trainModel: maxGradNorm must be a finite number above 0, got 0.'],
    ['time', { maxTimeMs: Infinity }, 'trainModel: maxTimeMs must be a finite number above 0, got Infinity.'],
    [
      'patience',
      { earlyStopping: { metric: 'logLoss', mode: 'min', patience: 0 } },
      'trainModel: earlyStopping.patience must be a whole number from 1, got 0.',
    ],
    ['kept checkpoints', { directory: 'x', keep: -1 }, 'checkpoint.keep must be a whole number from 0, got -1.'],
    ['steps between', { directory: 'x', everySteps: 0 }, 'checkpoint.everySteps must be a whole number from 1, got 0.'],
    ['an empty directory', { directory: '' }, 'trainModel: checkpoint.directory must not be empty.'],
    ['a metric without evaluate', { evaluate: undefined }, 'earlyStopping needs the metric "logLoss", got no evaluate'],
    [
      'an unknown metric',
      { earlyStopping: { metric: 'f2', mode: 'max' } },
      'trainModel: earlyStopping.metric must be one that evaluate returns (logLoss, accuracy), got "f2".',
    ],
    ['too few batches', { stepsPerEpoch: 8 }, 'trainBatches(0) must give stepsPerEpoch = 8 batches, got 7.'],
    ['too many batches', { stepsPerEpoch: 6 }, 'trainBatches(0) must give stepsPerEpoch = 6 batches, got more.'],
    ['empty batches', { batchSize: () => 0 }, 'trainModel: batchSize must be a whole number from 1, got 0.'],
  ])('refuses %s', async (_, changes, message) => {
    await expect(runTiny(changes)).rejects.toThrow(message);
    await expect(runTiny(changes)).rejects.toBeInstanceOf(RangeError);
  });

  it('hands on what the functions of a batch throw, and closes the batches', async () => {
    let closed = false;
    const trainBatches = function* (epoch: number): Generator<readonly number[]> {
      try {
        yield* tinyBatches(epoch);
      } finally {
        closed = true;
      }
    };
    const computeLoss = (): Scalar => {
      throw new TypeError('no labels');
    };
    await expect(runTiny({ trainBatches, computeLoss })).rejects.toThrow(new TypeError('no labels'));
    expect(closed).toBe(true);
  });
});
