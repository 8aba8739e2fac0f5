import { OnnxModel, type ModelWriter } from './OnnxModel.js';

/** How one computation is written as a model. */
export interface KernelModel {
  /** Names the computation with everything that the model depends on. */
  readonly key: string;
  /** Writes inputs, nodes and outputs; called once per key. */
  readonly build: (model: ModelWriter) => void;
}

/** A model that has been written. */
export interface WrittenModel {
  /** Of no other model. */
  readonly key: string;
  readonly model: OnnxModel;
}

/** The model itself. */
export function writtenModel(from: KernelModel | WrittenModel): OnnxModel {
  if ('model' in from) return from.model;
  const model = new OnnxModel();
  from.build(model);
  return model;
}
