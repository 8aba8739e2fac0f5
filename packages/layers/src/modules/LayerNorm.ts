import { type Rank, type Tensor, type Tensor1D, type Variable } from '@tensorflow/tfjs-core';
import { layerNorm } from '../ops/layerNorm.js';
import { ones, zeros } from '../random/initializers.js';
import { Module } from './Module.js';

/** Layer normalization of the last axis with parameters `weight` and `bias`, as PyTorch's `nn.LayerNorm`. */
export class LayerNorm extends Module {
  readonly weight: Variable<Rank.R1>;
  readonly bias: Variable<Rank.R1>;
  readonly epsilon: number;

  /**
   * @param size - size of the last axis
   * @param epsilon - added to the variance; 1e-12 in BERT, 1e-5 in CLIP
   */
  constructor(size: number, epsilon: number) {
    super();
    this.epsilon = epsilon;
    // Initializers keep the rank of the shape, which their declared type cannot say.
    this.weight = this.parameter('weight', ones([size]) as Tensor1D);
    this.bias = this.parameter('bias', zeros([size]) as Tensor1D);
  }

  /**
   * @param x - `[..., D]` float32
   * @returns shape of `x`, float32; new tensor, the caller disposes it
   */
  call(x: Tensor): Tensor {
    return this.run(() => layerNorm(x, this.weight, this.bias, this.epsilon));
  }
}
