import { clone, type Tensor } from '@tensorflow/tfjs-core';
import { dropout } from '../ops/dropout.js';
import { deriveSeed } from '../random/deriveSeed.js';
import { Module, type CallContext } from './Module.js';

/** Dropout in training mode, the identity in evaluation mode. */
export class Dropout extends Module {
  readonly rate: number;
  readonly site: string;

  /**
   * @param rate - probability that a value is dropped, in [0, 1)
   * @param site - the place in the model; places with different names drop independently under one seed
   * @throws RangeError when the rate is outside [0, 1)
   */
  constructor(rate: number, site: string) {
    super();
    if (!(rate >= 0 && rate < 1)) throw new RangeError(`Dropout: rate must be in [0, 1), got ${rate}.`);
    this.rate = rate;
    this.site = site;
  }

  /**
   * @param x - float32 of any shape
   * @param context - the step's seed, needed in training mode when the rate is above 0
   * @returns shape of `x`, float32; new tensor, the caller disposes it
   * @throws TypeError when a seed is needed and missing
   */
  call(x: Tensor, context?: CallContext): Tensor {
    return this.run(() => {
      const seed = this.seedOf(context);
      return seed === undefined ? clone(x) : dropout(x, this.rate, seed);
    });
  }

  /**
   * The seed for this site in this step, or `undefined` when nothing is dropped.
   *
   * @throws TypeError when a seed is needed and missing
   */
  seedOf(context: CallContext | undefined): number | undefined {
    if (!this.training || this.rate === 0) return undefined;
    if (context?.seed === undefined) {
      throw new TypeError(
        `Dropout "${this.site}": a call in training mode with rate ${this.rate} needs a seed, got none. ` +
          'Pass { seed } with a new integer each step, or call eval().',
      );
    }
    return deriveSeed(context.seed, this.site);
  }
}
