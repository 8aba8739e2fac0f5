import { deriveSeed, readParameters, type CallContext } from '@crossmodal/layers';
import { expectNoLeaks, expectTensorsClose, seededNormal, useBackend } from '@crossmodal/testing';
import { serializeSafetensors, writeFolder } from '@crossmodal/weights';
import {
  dispose,
  tensor1d,
  tensor2d,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TinyFusion } from '../__fakes__/TinyFusion.js';
import { crossEntropy } from '../losses/crossEntropy.js';
import { trainModel } from '../loop/trainModel.js';
import { type TrainingEvent } from '../loop/TrainingEvent.js';
import { AdamW } from '../optimizers/AdamW.js';
import { CapturedGradients } from './CapturedGradients.js';
import { computeGradients, type LossAndGradients } from './computeGradients.js';
import { graphCapturingBackend } from '../graphs/GraphCapturing.js';

interface Batch {
  readonly inputIds: Tensor2D;
  readonly image: Tensor2D;
  readonly labels: Tensor1D;
}

interface TrainedRun {
  readonly losses: readonly number[];
  readonly lastCheckpoint: string | undefined;
}

let model: TinyFusion;
let directory: string;
let runs = 0;

beforeEach(async () => {
  await useBackend('onnxruntime');
  model = new TinyFusion();
  model.train();
  directory = await mkdtemp(join(tmpdir(), 'crossmodal-captured-'));
});

afterEach(async () => {
  model.dispose();
  await rm(directory, { recursive: true, force: true });
  vi.restoreAllMocks();
});

function batchOf(seed: number, size = 4): Batch {
  const at = (i: number, limit: number): number => deriveSeed(seed, i) % limit;
  return {
    inputIds: tensor2d(
      Array.from({ length: size * 6 }, (_, i) => at(i, 50)),
      [size, 6],
      'int32',
    ),
    image: seededNormal([size, 12], seed) as Tensor2D,
    labels: tensor1d(
      Array.from({ length: size }, (_, i) => at(-i, 2)),
      'int32',
    ),
  };
}

function lossOf({ inputIds, image, labels }: Batch, context?: CallContext): Scalar {
  return crossEntropy(model.call(inputIds, image, context), labels, { labelSmoothing: 0.1 });
}

function compute(captured: CapturedGradients, batch: Batch, seed: number): LossAndGradients {
  return captured.compute(() => lossOf(batch, { seed }), { tensors: Object.values(batch) as Tensor[], seed });
}

function release({ loss, gradients }: LossAndGradients): void {
  dispose([loss, ...gradients.values()]);
}

it('gives the loss and gradients of the ordinary step, for other values, seeds and parameters', async () => {
  const captured = new CapturedGradients(model.namedParameters(), { onRefused: (reason) => expect.fail(reason) });
  const optimizer = new AdamW(model.namedParameters(), { learningRate: 0.1 });
  const calls = vi.spyOn(model, 'call');
  const modelCalls: number[] = [];
  for (const [seed, size] of [3, 4, 5, 6].flatMap((at) => [[at, 4] as const, [at, 2] as const])) {
    const batch = batchOf(seed, size);
    calls.mockClear();
    const received = compute(captured, batch, seed);
    modelCalls.push(calls.mock.calls.length);
    const expected = computeGradients(() => lossOf(batch, { seed }), model.namedParameters());
    await expectTensorsClose(received.loss, expected.loss, 1e-6);
    expect([...received.gradients.keys()]).toEqual([...expected.gradients.keys()]);
    for (const [path, gradient] of expected.gradients) {
      await expectTensorsClose(received.gradients.get(path)!, gradient, 1e-6);
    }
    optimizer.step(received.gradients);
  }
  // The model itself ran once for each shape.
  expect(modelCalls).toEqual([1, 1, 0, 0, 0, 0, 0, 0]);
  captured.dispose();
  optimizer.dispose();
});

it('leaves nothing behind', async () => {
  const captured = new CapturedGradients(model.namedParameters());
  const batch = batchOf(1);
  release(compute(captured, batch, 1));
  await expectNoLeaks(() => release(compute(captured, batch, 2)));
  captured.dispose();
});

it('knows which parameters are frozen', () => {
  const captured = new CapturedGradients(model.namedParameters());
  const batch = batchOf(1);
  const all = compute(captured, batch, 1);
  model.freeze(/^encoder/);
  const some = compute(captured, batch, 2);
  expect([...some.gradients.keys()]).toEqual([...all.gradients.keys()].filter((path) => !path.startsWith('encoder')));
});

it('stays with the ordinary step when the loss depends on something else, and says so', async () => {
  const reasons: string[] = [];
  const captured = new CapturedGradients(model.namedParameters(), { onRefused: (reason) => reasons.push(reason) });
  const [batch, seed] = [batchOf(1), 1];
  let calls = 0;
  const counting = (): Scalar => lossOf(batch, { seed: deriveSeed(99, calls++) });
  release(captured.compute(counting, { tensors: Object.values(batch) as Tensor[], seed }));
  expect(reasons).toEqual(['a dropout does not take its seed from that of the call']);
  model.eval();
  const reading = (): Scalar =>
    crossEntropy(model.call(batch.inputIds, batch.image), tensor1d([...batch.labels.dataSync()], 'int32'));
  const other = batchOf(2, 3);
  const readingOther = (): Scalar => {
    const values = tensor1d([...other.labels.dataSync()], 'int32');
    return crossEntropy(model.call(other.inputIds, other.image), values);
  };
  release(captured.compute(readingOther, { tensors: Object.values(other) as Tensor[], seed }));
  expect(reasons[1]).toBe('values are read while it is captured');
  // The shape of the first batch stays refused.
  const received = captured.compute(reading, { tensors: Object.values(batch) as Tensor[], seed });
  await expectTensorsClose(received.loss, computeGradients(reading, model.namedParameters()).loss, 0);
  expect(reasons).toHaveLength(2);
});

it('does not use a graph that gives other numbers', async () => {
  const reasons: string[] = [];
  const captured = new CapturedGradients(model.namedParameters(), { onRefused: (reason) => reasons.push(reason) });
  const batch = batchOf(1);
  // A number that changes between the capture and its check, as one that changes from step to step would.
  const original = graphCapturingBackend()!;
  const capture = original.captureGraph.bind(original);
  vi.spyOn(original, 'captureGraph').mockImplementation((run, inputs) => {
    const captured = capture(run, inputs);
    model
      .namedParameters()
      .get('classifier.bias')!
      .assign(tensor1d([0.5, -0.5]));
    return captured;
  });
  const loss = (): Scalar => lossOf(batch, { seed: 1 });
  release(captured.compute(loss, { tensors: Object.values(batch) as Tensor[], seed: 1 }));
  expect(reasons[0]).toMatch(/^\S+ differs by \S+ of its largest entry when it is one graph$/);
  const received = captured.compute(loss, { tensors: Object.values(batch) as Tensor[], seed: 1 });
  await expectTensorsClose(received.loss, computeGradients(loss, model.namedParameters()).loss, 0);
  expect(reasons).toHaveLength(1);
});

/** Trains some steps, as another process would. */
async function train(asGraphs: boolean, stopAfter?: number, resumeFrom?: string): Promise<TrainedRun> {
  const trained = new TinyFusion();
  const optimizer = new AdamW(trained.namedParameters(), { learningRate: 0.01 });
  const controller = new AbortController();
  const losses: number[] = [];
  model.dispose();
  model = trained;
  const common = {
    model: trained,
    optimizer,
    epochs: 2,
    stepsPerEpoch: 5,
    seed: 7,
    maxGradNorm: 1,
    trainBatches: (epoch: number) => Array.from({ length: 5 }, (_, i) => 5 * epoch + i),
    batchSize: () => 4,
    sampleIds: (batch: number) => [String(batch)],
    checkpoint: {
      directory: resumeFrom === undefined ? join(directory, String(runs++)) : dirname(resumeFrom),
      save: async (path: string) => {
        await writeFolder(path, new Map([['model.safetensors', serializeSafetensors(await readParameters(trained))]]));
      },
    },
    signal: controller.signal,
    onEvent: (event: TrainingEvent) => {
      if (event.type !== 'step') return;
      losses.push(event.loss);
      if (event.step === stopAfter) controller.abort();
    },
    resumeFrom,
  };
  const { lastCheckpoint } = asGraphs
    ? await trainModel<number, Batch>({
        ...common,
        batchTensors: (batch) => batchOf(batch),
        computeLoss: (_, { seed, tensors }) => lossOf(tensors, { seed }),
      })
    : await trainModel<number>({ ...common, computeLoss: (batch, { seed }) => lossOf(batchOf(batch), { seed }) });
  optimizer.dispose();
  return { losses, lastCheckpoint };
}

it('trains like the ordinary step, and to the same bits after a stop', async () => {
  const [ordinary, whole] = [await train(false), await train(true)];
  expect(whole.losses).toHaveLength(10);
  for (const [i, loss] of ordinary.losses.entries()) expect(whole.losses[i]).toBeCloseTo(loss, 5);
  const begun = await train(true, 3);
  const rest = await train(true, undefined, begun.lastCheckpoint);
  expect([...begun.losses, ...rest.losses]).toEqual(whole.losses);
});
