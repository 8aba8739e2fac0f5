import { assignParameters, deriveSeed, readParameters } from '@crossmodal/layers';
import {
  backendsUnderTest,
  expectAlike,
  onBackends,
  type PlainValues,
  seededNormal,
  type TestBackend,
  useBackend,
} from '@crossmodal/testing';
import {
  dispose,
  tensor1d,
  tensor2d,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { TinyFusion } from '../__fakes__/TinyFusion.js';
import { crossEntropy } from '../losses/crossEntropy.js';
import { AdamW } from '../optimizers/AdamW.js';
import { CapturedGradients } from './CapturedGradients.js';

/** Of a run after some steps. */
interface RunState {
  readonly step: number;
  readonly parameters: Awaited<ReturnType<typeof readParameters>>;
  readonly moments: Awaited<ReturnType<AdamW['state']>>;
}

/** What one step gives. */
interface StepResult {
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, PlainValues>;
  readonly updated: ReadonlyMap<string, PlainValues>;
}

const batchSize = 4;
const length = 6;

/** A model of words and a picture with dropout, and its optimizer, as the main job has them. */
class TinyRun {
  readonly model = new TinyFusion();
  readonly optimizer = new AdamW(this.model.namedParameters(), { learningRate: 0.02, weightDecay: 0.1 });

  constructor() {
    this.model.train();
  }

  async takeStep(step: number): Promise<StepResult> {
    const batch = batchOf(step);
    // One graph where the backend writes one; otherwise the ordinary step.
    const captured = new CapturedGradients(this.model.namedParameters(), { onRefused: (why) => expect.fail(why) });
    const inputs = { tensors: Object.values(batch), seed: step };
    const { loss, gradients } = captured.compute(() => this.#loss(batch, step), inputs);
    captured.dispose();
    this.optimizer.step(gradients);
    const result = {
      loss: (await loss.data())[0] ?? NaN,
      gradients: await plain(gradients),
      updated: await plain(this.model.namedParameters()),
    };
    dispose([loss, ...gradients.values(), ...inputs.tensors]);
    return result;
  }

  async state(step: number): Promise<RunState> {
    return { step, parameters: await readParameters(this.model), moments: await this.optimizer.state() };
  }

  restore({ parameters, moments }: RunState): void {
    assignParameters(this.model, parameters);
    this.optimizer.loadState(moments);
  }

  dispose(): void {
    this.optimizer.dispose();
    this.model.dispose();
  }

  #loss({ words, image, labels }: Batch, seed: number): Scalar {
    return crossEntropy(this.model.call(words, image, { seed }), labels, { labelSmoothing: 0.1 });
  }
}

/** Words `[B, T]` int32, pictures `[B, 12]`, labels `[B]` int32. */
interface Batch {
  readonly words: Tensor2D;
  readonly image: Tensor2D;
  readonly labels: Tensor1D;
  readonly [name: string]: Tensor;
}

function batchOf(step: number): Batch {
  const draw = (i: number, limit: number): number => deriveSeed(step, i) % limit;
  const words = Array.from({ length: batchSize * length }, (_, i) => draw(i, 50));
  const labels = Array.from({ length: batchSize }, (_, i) => draw(-1 - i, 2));
  return {
    words: tensor2d(words, [batchSize, length], 'int32'),
    image: seededNormal([batchSize, 12], 100 + step) as Tensor2D,
    labels: tensor1d(labels, 'int32'),
  };
}

async function plain(
  tensors: ReadonlyMap<string, { shape: number[]; data(): Promise<ArrayLike<number>> }>,
): Promise<Map<string, PlainValues>> {
  const found = new Map<string, PlainValues>();
  for (const [name, values] of tensors)
    found.set(name, { shape: values.shape, values: Array.from(await values.data()) });
  return found;
}

async function stepFrom(state: RunState, backend: TestBackend): Promise<StepResult> {
  await useBackend(backend);
  const run = new TinyRun();
  run.restore(state);
  const result = await run.takeStep(state.step);
  run.dispose();
  return result;
}

/** How far values lie from the expected ones, as a share of the largest of these; 0 within the 1e-7 that `expectAlike` allows anyway. */
function shareOff(actual: PlainValues, expected: PlainValues): number {
  const wanted = Array.from(expected.values);
  const off = Math.max(...wanted.map((value, i) => Math.abs(value - (actual.values[i] ?? NaN))));
  return off <= 1e-7 ? 0 : off / Math.max(...wanted.map(Math.abs));
}

const others = backendsUnderTest().filter((name) => name !== 'cpu');

/** Every one of fifty, or some of them. */
const steps = process.env.CROSSMODAL_VERIFY ? Array.from({ length: 50 }, (_, i) => i) : [0, 1, 3, 9, 24];

/** States along a run on cpu, each with the step that it takes from there. */
const states: { readonly state: RunState; readonly expected: StepResult }[] = [];
beforeAll(async () => {
  await useBackend('cpu');
  const run = new TinyRun();
  for (let step = 0; step <= Math.max(...steps); step += 1) {
    const state = steps.includes(step) ? await run.state(step) : undefined;
    const expected = await run.takeStep(step);
    if (state) states.push({ state, expected });
  }
  run.dispose();
});

onBackends(others, (name) => {
  it('takes the same step as cpu from states along a run: loss, every gradient, every weight', async ({ annotate }) => {
    expect(states).toHaveLength(steps.length);
    const worst = { loss: 0, gradient: 0, weight: 0 };
    for (const { state, expected } of states) {
      const actual = await stepFrom(state, name);
      const lossOff = Math.abs(actual.loss - expected.loss) / Math.abs(expected.loss);
      expect(lossOff).toBeLessThanOrEqual(1e-5);
      worst.loss = Math.max(worst.loss, lossOff);
      expect([...actual.gradients.keys()]).toEqual([...expected.gradients.keys()]);
      // In exact arithmetic the bias of keys has none, because softmax ignores it; what is left is rounding.
      const isKeyBias = (path: string): boolean => path.endsWith('key.bias');
      for (const [path, gradient] of expected.gradients) {
        if (isKeyBias(path)) continue;
        expectAlike(actual.gradients.get(path)!, gradient, 1e-4);
        worst.gradient = Math.max(worst.gradient, shareOff(actual.gradients.get(path)!, gradient));
      }
      for (const [path, weights] of expected.updated) {
        if (isKeyBias(path)) continue;
        expectAlike(actual.updated.get(path)!, weights, 1e-5);
        worst.weight = Math.max(worst.weight, shareOff(actual.updated.get(path)!, weights));
      }
    }
    // Shown by `--reporter verbose`.
    const figures = Object.entries(worst).map(([what, share]) => `${what} ${share.toExponential(1)}`);
    await annotate(`${name}, ${steps.length} states, the worst relative deviations: ${figures.join(', ')}`);
  });
});
