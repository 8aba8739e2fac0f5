import { type Rank, type Tensor, type Tensor2D, type Variable } from '@tensorflow/tfjs-core';
import { embeddingLookup } from '../ops/embeddingLookup.js';
import { deriveSeed } from '../random/deriveSeed.js';
import { normalInitializer, type Initializer } from '../random/initializers.js';
import { Module } from './Module.js';

/** Options of {@link Embedding}. */
export interface EmbeddingOptions {
  /** First values of the table; default normal with standard deviation 0.02. */
  readonly initializer?: Initializer | undefined;
  /** Seed of the initializer; default 0. */
  readonly seed?: number | undefined;
}

/** A table of vectors, parameter `weight` `[V, D]`, looked up by number, as PyTorch's `nn.Embedding`. */
export class Embedding extends Module {
  readonly weight: Variable<Rank.R2>;

  /**
   * @param entries - number of vectors
   * @param width - size of each vector
   * @param options - initializer and seed
   */
  constructor(
    entries: number,
    width: number,
    { initializer = normalInitializer(0.02), seed = 0 }: EmbeddingOptions = {},
  ) {
    super();
    // Initializers keep the rank of the shape, which their declared type cannot say.
    this.weight = this.parameter('weight', initializer([entries, width], deriveSeed(seed, 'weight')) as Tensor2D);
  }

  /**
   * @param ids - int32 of any shape, each in [0, V)
   * @returns `[...ids.shape, D]` float32; new tensor, the caller disposes it
   */
  call(ids: Tensor): Tensor {
    return this.run(() => embeddingLookup(this.weight, ids));
  }
}
