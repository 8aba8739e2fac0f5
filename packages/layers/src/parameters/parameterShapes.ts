import { type Module } from '../modules/Module.js';

/**
 * The shapes of a module's parameters by path: what a checkpoint for it must hold.
 *
 * @param module - any module
 */
export function parameterShapes(module: Module): Map<string, number[]> {
  return new Map([...module.namedParameters()].map(([path, { shape }]) => [path, [...shape]]));
}
