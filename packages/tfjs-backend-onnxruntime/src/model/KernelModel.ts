import { type OnnxModel } from './OnnxModel.js';

/** How one computation is written as a model. */
export interface KernelModel {
  /** Names the computation with everything that the model depends on. */
  readonly key: string;
  /** Writes inputs, nodes and outputs; called once per key. */
  readonly build: (model: OnnxModel) => void;
}
