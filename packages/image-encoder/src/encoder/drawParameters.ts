import { deriveSeed, type Module, normalInitializer } from '@crossmodal/layers';
import { dispose } from '@tensorflow/tfjs-core';

/**
 * Gives the parameters of a module normal first values.
 *
 * @param module - others of its parameters stay as they are
 * @param seed - equal seeds give equal values; each parameter has its own stream
 * @param deviationOf - standard deviation by path; undefined leaves a parameter alone
 */
export function drawParameters(module: Module, seed: number, deviationOf: (path: string) => number | undefined): void {
  for (const [path, parameter] of module.namedParameters()) {
    const deviation = deviationOf(path);
    if (deviation === undefined) continue;
    const values = normalInitializer(deviation)(parameter.shape, deriveSeed(seed, path));
    parameter.assign(values);
    dispose(values);
  }
}
