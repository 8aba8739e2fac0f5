import { type Module } from '../modules/Module.js';
import { checkpointParameters } from './checkpointParameters.js';

/**
 * The shapes of a module's parameters by path: what a checkpoint for it must hold. Adapters are not in it: values that are loaded
 * become the weights below them, and they stay.
 *
 * @param module - any module
 */
export function parameterShapes(module: Module): Map<string, number[]> {
  return new Map([...checkpointParameters(module)].map(([path, { value }]) => [path, [...value.shape]]));
}
