import { matMul, mul, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { Dropout } from '../modules/Dropout.js';
import { Linear } from '../modules/Linear.js';
import { type CallContext } from '../modules/Module.js';
import { deriveSeed } from '../random/deriveSeed.js';
import { kaimingUniform, zeros } from '../random/initializers.js';

/** Options of {@link LoraAdapter}. */
export interface LoraAdapterOptions {
  /** Size of the adapted map's input. */
  readonly inFeatures: number;
  /** Size of the adapted map's output. */
  readonly outFeatures: number;
  /** Rank of the update, an integer from 1. */
  readonly rank: number;
  /** Above 0; the update is multiplied by `alpha / rank`. */
  readonly alpha: number;
  /** Probability that a value of the adapter's input is dropped, in [0, 1); default 0. */
  readonly dropout?: number | undefined;
  /** The place in the model: adapters with different sites drop independently under one seed. */
  readonly site: string;
  /** Seed of the first values. */
  readonly seed: number;
}

/**
 * A low-rank update beside a linear map: `(alpha / rank) · dropout(x) Aᵀ Bᵀ`. It begins as zero, because `B` does.
 *
 * Hu et al. 2021, section 4.1, https://arxiv.org/abs/2106.09685; names and first values are those of PEFT's `lora.Linear`. The drawn
 * numbers are not Python's.
 */
export class LoraAdapter {
  /** `A`, `[rank, In]`: to the few dimensions of the update. */
  readonly down: Linear;
  /** `B`, `[Out, rank]`: from there to the output. */
  readonly up: Linear;
  /** Of the adapter's input. */
  readonly dropout: Dropout;
  /** `alpha / rank`. */
  readonly scaling: number;

  /**
   * @param options - sizes, rank, scale, dropout and seed
   * @throws RangeError when rank, alpha or dropout is outside its range
   */
  constructor({ inFeatures, outFeatures, rank, alpha, dropout = 0, site, seed }: LoraAdapterOptions) {
    if (!(Number.isInteger(rank) && rank >= 1)) {
      throw new RangeError(`LoraAdapter: rank must be an integer from 1, got ${rank}.`);
    }
    if (!(alpha > 0 && alpha < Infinity)) {
      throw new RangeError(`LoraAdapter: alpha must be a finite number above 0, got ${alpha}.`);
    }
    this.dropout = new Dropout(dropout, `${site}.lora_dropout`);
    this.down = new Linear(inFeatures, rank, {
      bias: false,
      initializer: kaimingUniform,
      seed: deriveSeed(seed, site, 'lora_A'),
    });
    this.up = new Linear(rank, outFeatures, { bias: false, initializer: zeros });
    this.scaling = alpha / rank;
  }

  /**
   * @param x - `[..., In]` float32
   * @param context - the step's seed, needed in training mode when the dropout rate is above 0
   * @returns what is added to the map's output, `[..., Out]` float32; new tensor, the caller disposes it
   * @throws TypeError when a seed is needed and missing
   */
  call(x: Tensor, context?: CallContext): Tensor {
    // Scaled in the middle, where the tensor is smallest.
    return tidy(() => this.up.call(mul(this.down.call(this.dropout.call(x, context)), this.scaling)));
  }

  /**
   * What is added to the map's weight when the adapter is folded in: `(alpha / rank) · B A`.
   *
   * @returns `[Out, In]` float32; new tensor, the caller disposes it
   */
  weight(): Tensor2D {
    return tidy(() => mul(matMul<Tensor2D>(this.up.weight, this.down.weight), this.scaling));
  }
}
