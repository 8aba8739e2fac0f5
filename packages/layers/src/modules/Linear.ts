import { add, clone, type Rank, type Tensor, type Tensor1D, type Tensor2D, type Variable } from '@tensorflow/tfjs-core';
import { type LoraAdapter } from '../adapters/LoraAdapter.js';
import { linear } from '../ops/linear.js';
import { deriveSeed } from '../random/deriveSeed.js';
import { normalInitializer, zeros, type Initializer } from '../random/initializers.js';
import { type CallContext, Module } from './Module.js';

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
  #adapter: LoraAdapter | undefined;

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

  /** The adapter that `addLora` gave this map, if any. */
  get adapter(): LoraAdapter | undefined {
    return this.#adapter;
  }

  /**
   * @param x - `[..., In]` float32
   * @param context - the step's seed, needed in training mode by an adapter with dropout
   * @returns `[..., Out]` float32; new tensor, the caller disposes it
   * @throws TypeError when a seed is needed and missing
   */
  call(x: Tensor, context?: CallContext): Tensor {
    return this.run(() => {
      const mapped = linear(x, this.weight, this.bias);
      return this.#adapter ? add(mapped, this.#adapter.call(x, context)) : mapped;
    });
  }

  /**
   * The weight with its adapter folded in.
   *
   * @returns `[Out, In]` float32; new tensor, the caller disposes it
   */
  mergedWeight(): Tensor2D {
    return this.run(() => (this.#adapter ? add<Tensor2D>(this.weight, this.#adapter.weight()) : clone(this.weight)));
  }

  /**
   * Adds an adapter, whose parameters become `lora_A.weight` and `lora_B.weight` of this map. Most use `addLora`, which finds the
   * maps and freezes them.
   *
   * @param adapter - of this map's sizes; this map takes it over and disposes it
   * @throws Error when there is one already
   */
  attachAdapter(adapter: LoraAdapter): void {
    this.child('lora_A', adapter.down).train(this.training);
    this.child('lora_B', adapter.up).train(this.training);
    this.child('lora_dropout', adapter.dropout).train(this.training);
    this.#adapter = adapter;
  }

  /** Removes the adapter and disposes it; without one it does nothing. */
  detachAdapter(): void {
    if (!this.#adapter) return;
    this.#adapter = undefined;
    for (const name of ['lora_A', 'lora_B', 'lora_dropout']) this.removeChild(name);
  }
}
