import { concat, dispose, type Rank, reshape, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { accumulateGradients } from '../gradients/accumulateGradients.js';
import { globalNorm } from '../gradients/clipByGlobalNorm.js';
import { type LossAndGradients } from '../gradients/computeGradients.js';

/** Whose loss it was. */
export interface WindowBatch {
  readonly size: number;
  readonly sampleIds: readonly string[];
}

/** Numbers of a window, on this side of the backend. */
export interface WindowNumbers {
  /** Of each batch, in order. */
  readonly losses: readonly number[];
  /** Mean over the samples. */
  readonly loss: number;
  /** Norm of the mean gradient. */
  readonly gradNorm: number;
}

/** The batches of one update: their gradients are summed with their sizes as weights, so that their mean is that of one big batch. */
export class GradientWindow {
  readonly #weighted: boolean;
  #batches: WindowBatch[] = [];
  #losses: Scalar[] = [];
  #gradients: Map<string, Tensor> | undefined;

  /** @param batches - how many the window may hold; with 1, nothing is multiplied */
  constructor(batches: number) {
    this.#weighted = batches > 1;
  }

  /** The batches so far. */
  get batches(): readonly WindowBatch[] {
    return this.#batches;
  }

  /** Samples so far. */
  get samples(): number {
    return this.#batches.reduce((total, { size }) => total + size, 0);
  }

  /** The sum of the gradients by path; it stays the window's. */
  get gradients(): ReadonlyMap<string, Tensor> {
    return this.#gradients ?? new Map();
  }

  /** What the sum of the gradients must be multiplied by to be their mean. */
  get meanFactor(): number {
    return this.#weighted ? 1 / this.samples : 1;
  }

  /** Takes over the loss and gradients of one more batch. */
  add({ loss, gradients }: LossAndGradients, batch: WindowBatch): void {
    this.#batches.push(batch);
    this.#losses.push(loss);
    this.#gradients = accumulateGradients(this.#gradients, gradients, this.#weighted ? batch.size : 1);
  }

  /** Reads losses and norm, all in one go: on a GPU each reading waits for everything before it. */
  async read(): Promise<WindowNumbers> {
    const packed = tidy(() => {
      const scalars = [...this.#losses, globalNorm(this.gradients)];
      return concat(scalars.map((value) => reshape<Rank.R1>(value, [1])));
    });
    const values = Array.from(await packed.data());
    packed.dispose();
    const losses = values.slice(0, -1);
    const sum = losses.reduce((total, loss, i) => total + loss * (this.#batches[i]?.size ?? 0), 0);
    return { losses, loss: sum / this.samples, gradNorm: (values.at(-1) ?? NaN) * this.meanFactor };
  }

  /** Frees everything; the window is then empty and can be used again. */
  clear(): void {
    dispose([...this.#losses, ...this.gradients.values()]);
    this.#batches = [];
    this.#losses = [];
    this.#gradients = undefined;
  }
}
