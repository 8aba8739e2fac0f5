import { type TensorData } from '@crossmodal/weights';
import { type Tensor } from '@tensorflow/tfjs-core';

/** Options of one update. */
export interface OptimizerStepOptions {
  /** Factor of every gradient; default 1. Clipping and averaging then need no tensors of their own. */
  readonly gradientScale?: number | undefined;
}

/** What the training loop needs of an optimizer; {@link AdamW} is one. */
export interface Optimizer {
  /** Base learning rate. */
  readonly learningRate: number;
  /** Updates so far. */
  readonly stepCount: number;
  /** Updates the parameters that have a gradient. The gradients stay the caller's. */
  step(gradients: ReadonlyMap<string, Tensor>, scheduleFactor?: number, options?: OptimizerStepOptions): void;
  /** Everything that a resumed run needs. */
  state(): Promise<Map<string, TensorData>>;
  /** Continues from a saved state. */
  loadState(state: ReadonlyMap<string, TensorData>): void;
}
