import { type Variable } from '@tensorflow/tfjs-core';
import { adaptedMaps } from '../adapters/adaptedMaps.js';
import { type Linear } from '../modules/Linear.js';
import { type Module } from '../modules/Module.js';

/** A parameter that a checkpoint holds. */
export interface CheckpointParameter {
  readonly value: Variable;
  /** Set for the weight of a map with an adapter, which a checkpoint holds folded in. */
  readonly adapted: Linear | undefined;
}

/** The parameters of a module as a checkpoint holds them, by path: without those of adapters. They stay the module's. */
export function checkpointParameters(module: Module): Map<string, CheckpointParameter> {
  const found = new Map<string, CheckpointParameter>();
  for (const [path, value] of module.namedParameters()) found.set(path, { value, adapted: undefined });
  for (const [path, adapted] of adaptedMaps(module)) {
    const start = path === '' ? '' : `${path}.`;
    for (const name of ['lora_A.weight', 'lora_B.weight']) found.delete(start + name);
    found.set(`${start}weight`, { value: adapted.weight, adapted });
  }
  return found;
}
