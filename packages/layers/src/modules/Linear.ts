import { type Rank, type Tensor, type Tensor1D, type Tensor2D, type Variable } from '@tensorflow/tfjs-core';
import { linear } from '../ops/linear.js';
import { deriveSeed } from '../random/deriveSeed.js';
import { normalInitializer, zeros, type Initializer } from '../random/initializers.js';
import { Module } from './Module.js';

/** Options of {@link Linear}. */
export interface LinearOptions {
  /** Whether a bias is added; default true. */
  readonly bias?: boolean | undefined;
  /** First values of the weight; default normal with standard deviation 0.02. The bias starts at zero. */
  readonly initializer?: Initializer | undefined;
  /** Seed of the initializer; default 0. */
  readonly seed?: number | undefined;
}

/** Linear map of the last axis with parameters `weight` `[Out, In]` and `bias` `[Out]`, as PyTorch's `nn.Linear`. */
export class Linear extends Module {
  readonly weight: Variable<Rank.R2>;
  readonly bias: Variable<Rank.R1> | undefined;

  /**
   * @param inFeatures - size of the input's last axis
   * @param outFeatures - size of the output's last axis
   * @param options - bias, initializer and seed
   */
  constructor(
    inFeatures: number,
    outFeatures: number,
    { bias = true, initializer = normalInitializer(0.02), seed = 0 }: LinearOptions = {},
  ) {
    super();
    // Initializers keep the rank of the shape, which their declared type cannot say.
    this.weight = this.parameter(
      'weight',
      initializer([outFeatures, inFeatures], deriveSeed(seed, 'weight')) as Tensor2D,
    );
    this.bias = bias ? this.parameter('bias', zeros([outFeatures]) as Tensor1D) : undefined;
  }

  /**
   * @param x - `[..., In]` float32
   * @returns `[..., Out]` float32; new tensor, the caller disposes it
   */
  call(x: Tensor): Tensor {
    return this.run(() => linear(x, this.weight, this.bias));
  }
}
