import { type Scalar, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { CapturedFunction, type CapturedFunctionOptions } from '../graphs/CapturedFunction.js';
import { computeGradients, type LossAndGradients } from './computeGradients.js';

/** What a step is computed from beside the parameters. */
export interface StepInputs {
  /** All tensors that differ from step to step. They stay the caller's. */
  readonly tensors: readonly Tensor[];
  /** From which the step derives those of its dropout. */
  readonly seed: number;
}

/** Not the path of a parameter. */
const lossName = 'loss of the step';

/** Computes losses and gradients, where the backend can as one graph for each shape of a step; see {@link CapturedFunction}. */
export class CapturedGradients {
  readonly #parameters: ReadonlyMap<string, Variable>;
  readonly #step: CapturedFunction;

  /**
   * @param parameters - by path; they stay the caller's
   * @param options - who hears of refusals
   */
  constructor(parameters: ReadonlyMap<string, Variable>, options: CapturedFunctionOptions = {}) {
    this.#parameters = parameters;
    this.#step = new CapturedFunction(parameters, options);
  }

  /**
   * As {@link computeGradients}.
   *
   * @param loss - computes it from the parameters, the tensors and the seed alone
   * @param inputs - the tensors and the seed
   */
  compute(loss: () => Scalar, inputs: StepInputs): LossAndGradients {
    const results = this.#step.call(() => {
      const computed = computeGradients(loss, this.#parameters);
      return new Map<string, Tensor>([[lossName, computed.loss], ...computed.gradients]);
    }, inputs);
    const gradients = new Map(results);
    gradients.delete(lossName);
    return { loss: results.get(lossName) as Scalar, gradients }; // put there above
  }

  /** Frees all graphs. */
  dispose(): void {
    this.#step.dispose();
  }
}
