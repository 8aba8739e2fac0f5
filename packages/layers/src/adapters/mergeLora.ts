import { type Module } from '../modules/Module.js';
import { adaptedMaps } from './adaptedMaps.js';

/**
 * Folds the updates of {@link addLora} into the weights and removes the adapters: the same outputs, to rounding, at the cost of the plain
 * module. What was frozen stays frozen; `unfreeze` it to train on.
 *
 * An optimizer that was made before still knows the adapters: make a new one.
 *
 * @param module - the one that was adapted, or one around it
 * @returns the paths of the maps that had an adapter, in order
 * @throws Error when nothing in it is adapted
 */
export function mergeLora(module: Module): readonly string[] {
  const adapted = adaptedMaps(module);
  if (adapted.size === 0) throw new Error('mergeLora: the module must have adapters, got none. Call addLora first.');
  for (const map of adapted.values()) {
    const merged = map.mergedWeight();
    map.weight.assign(merged);
    merged.dispose();
    map.detachAdapter();
  }
  return [...adapted.keys()];
}
