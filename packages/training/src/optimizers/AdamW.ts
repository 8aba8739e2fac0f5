import { type TensorData } from '@crossmodal/weights';
import { tidy, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { isBiasOrNormWeight } from './isBiasOrNormWeight.js';
import { MomentPacks } from './MomentPacks.js';
import { type Optimizer, type OptimizerStepOptions } from './Optimizer.js';
import { countTensor, readAdamWState, stateNames, stepCountName, type StatefulParameter } from './readAdamWState.js';
import { updatePack } from './updatePack.js';

/** Options of {@link AdamW}. */
export interface AdamWOptions {
  /** Above or equal to 0; a schedule multiplies it. */
  readonly learningRate: number;
  /** Decay of the first and second moment, each in [0, 1); default [0.9, 0.999]. */
  readonly betas?: readonly [number, number] | undefined;
  /** Added to the root of the second moment, above or equal to 0; default 1e-8. */
  readonly epsilon?: number | undefined;
  /** Share of each weight taken away per unit of learning rate, above or equal to 0; default 0.01. */
  readonly weightDecay?: number | undefined;
  /** Which paths are not decayed; default {@link isBiasOrNormWeight}. */
  readonly noDecay?: ((path: string) => boolean) | undefined;
  /** Factor of the learning rate by path, above or equal to 0; default 1 for all. */
  readonly learningRateOf?: ((path: string) => number) | undefined;
}

interface Entry extends StatefulParameter {
  readonly variable: Variable;
  readonly learningRate: number;
  readonly weightDecay: number;
}

/**
 * Adam with decoupled weight decay, equal to PyTorch's `torch.optim.AdamW`.
 *
 * `m = β1 m + (1 - β1) g`, `v = β2 v + (1 - β2) g²`, `p = p (1 - lr λ) - lr m̂ / (√v̂ + ε)`; Loshchilov and Hutter 2019, algorithm 2,
 * https://arxiv.org/abs/1711.05101
 *
 * Moments and step counts belong to paths. A parameter without a gradient is left alone and keeps none until its first one; from
 * there its bias correction counts its own updates.
 */
export class AdamW implements Optimizer {
  readonly learningRate: number;
  readonly #betas: readonly [number, number];
  readonly #epsilon: number;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #moments = new MomentPacks();
  #stepCount = 0;
  #disposed = false;

  /**
   * @param parameters - by path, as `namedParameters` gives them; they stay the module's
   * @param options - rates and decay
   * @throws RangeError when an option is outside its range
   */
  constructor(
    parameters: ReadonlyMap<string, Variable>,
    {
      learningRate,
      betas = [0.9, 0.999],
      epsilon = 1e-8,
      weightDecay = 0.01,
      noDecay = isBiasOrNormWeight,
      learningRateOf = () => 1,
    }: AdamWOptions,
  ) {
    assertFrom0('learningRate', learningRate);
    assertFrom0('epsilon', epsilon);
    assertFrom0('weightDecay', weightDecay);
    for (const beta of betas) {
      if (!(beta >= 0 && beta < 1)) throw new RangeError(`AdamW: betas must be in [0, 1), got ${beta}.`);
    }
    this.learningRate = learningRate;
    this.#betas = betas;
    this.#epsilon = epsilon;
    const entries = [...parameters].map(([path, variable]): [string, Entry] => {
      const factor = learningRateOf(path);
      assertFrom0(`learningRateOf("${path}")`, factor);
      const decay = noDecay(path) ? 0 : weightDecay;
      const group = `${factor} ${decay}`;
      const { size, shape } = variable;
      return [path, { path, variable, size, shape, group, learningRate: learningRate * factor, weightDecay: decay }];
    });
    this.#entries = new Map(entries);
  }

  /** Calls of `step` so far. */
  get stepCount(): number {
    return this.#stepCount;
  }

  /**
   * Updates the parameters that have a gradient.
   *
   * @param gradients - by path, in the shapes of the parameters; they stay the caller's
   * @param scheduleFactor - factor of the learning rate in this step; default 1
   * @param options - a factor of all gradients
   * @throws RangeError when a path is unknown or a shape differs; nothing is updated then
   */
  step(
    gradients: ReadonlyMap<string, Tensor>,
    scheduleFactor = 1,
    { gradientScale = 1 }: OptimizerStepOptions = {},
  ): void {
    this.#assertLive('step');
    const entries = [...gradients].map(([path, gradient]) => this.#entryFor(path, gradient.shape));
    for (const pack of this.#moments.packsFor(entries)) {
      const members = pack.parameters.map(({ path }) => this.#entry(path));
      const [{ learningRate, weightDecay } = { learningRate: 0, weightDecay: 0 }] = members;
      const { first, second } = tidy(() => {
        const moments = updatePack(
          {
            parameters: members.map(({ variable }) => variable),
            gradients: members.flatMap(({ path }) => gradients.get(path) ?? []),
            first: pack.first,
            second: pack.second,
          },
          {
            learningRate: learningRate * scheduleFactor,
            weightDecay,
            betas: this.#betas,
            epsilon: this.#epsilon,
            steps: pack.steps + 1,
            gradientScale,
          },
        );
        return { first: moments.first, second: moments.second };
      });
      this.#moments.replace(pack, first, second);
    }
    this.#stepCount += 1;
  }

  /**
   * Everything that a resumed run needs, in PyTorch's terms: `path.exp_avg`, `path.exp_avg_sq` and `path.step` for each parameter
   * that was updated, and `stepCount`.
   */
  async state(): Promise<Map<string, TensorData>> {
    this.#assertLive('state');
    const tensors = new Map<string, TensorData>([[stepCountName, countTensor(this.#stepCount)]]);
    for (const [path, { steps, first, second }] of await this.#moments.read()) {
      const { shape } = this.#entry(path);
      const names = stateNames(path);
      tensors.set(names.first, { dtype: 'F32', shape, data: first });
      tensors.set(names.second, { dtype: 'F32', shape, data: second });
      tensors.set(names.steps, countTensor(steps));
    }
    return tensors;
  }

  /**
   * Continues from a saved state; what was there before is forgotten.
   *
   * @param state - as `state` gave it
   * @throws `WeightsError` when it is not a state of these parameters; nothing is changed then
   * @throws TypeError when a tensor is of another dtype
   */
  loadState(state: ReadonlyMap<string, TensorData>): void {
    this.#assertLive('loadState');
    const { stepCount, moments } = readAdamWState(state, this.#entries.values());
    this.#moments.load(moments);
    this.#stepCount = stepCount;
  }

  /** Frees the moments. The parameters stay. Later use is an error; a second call does nothing. */
  dispose(): void {
    this.#moments.dispose();
    this.#disposed = true;
  }

  #assertLive(action: string): void {
    if (this.#disposed) {
      throw new Error(`AdamW: ${action} needs a live optimizer, got a disposed one. Create it again.`);
    }
  }

  #entry(path: string): Entry {
    const entry = this.#entries.get(path);
    if (!entry) {
      throw new RangeError(
        `AdamW: each path must be one of the ${this.#entries.size} parameters, got "${path}". ` +
          'Create the optimizer with the parameters of the same model.',
      );
    }
    return entry;
  }

  #entryFor(path: string, shape: readonly number[]): Entry {
    const entry = this.#entry(path);
    if (entry.shape.join() !== shape.join()) {
      throw new RangeError(
        `AdamW: the gradient of "${path}" must be [${entry.shape.join(', ')}], got [${shape.join(', ')}].`,
      );
    }
    return entry;
  }
}

function assertFrom0(name: string, value: number): void {
  if (!(value >= 0 && value < Infinity)) {
    throw new RangeError(`AdamW: ${name} must be a finite number from 0, got ${value}.`);
  }
}
