import { add, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import { assertDivisible, assertShape } from '../checks/ShapeError.js';
import { activation } from '../ops/activation.js';
import { deriveSeed } from '../random/deriveSeed.js';
import { attendHeads, type SelfAttentionParts } from './attendHeads.js';
import { Dropout } from './Dropout.js';
import { type EncoderBlockContext, type EncoderBlockOptions, type EncoderBlockResult } from './EncoderBlock.js';
import { LayerNorm } from './LayerNorm.js';
import { Linear } from './Linear.js';
import { Module } from './Module.js';

/**
 * Transformer block that normalizes before each half, with the parameter paths of Hugging Face's `CLIPEncoderLayer`.
 *
 * `x = x + attention(LayerNorm(x)); x = x + feedForward(LayerNorm(x))`: Xiong et al. 2020, https://arxiv.org/abs/2002.04745;
 * Radford et al. 2021, https://arxiv.org/abs/2103.00020
 */
export class PreNormBlock extends Module {
  readonly #hiddenSize: number;
  readonly #selfAttention: SelfAttentionParts;
  readonly #attentionOutput: Linear;
  readonly #attentionNorm: LayerNorm;
  readonly #expand: Linear;
  readonly #contract: Linear;
  readonly #feedForwardNorm: LayerNorm;
  readonly #attentionOutputDropout: Dropout;
  readonly #feedForwardDropout: Dropout;
  readonly #activation: (x: Tensor) => Tensor;

  /**
   * @param options - sizes, dropout rates and initializer
   * @throws ShapeError when the hidden size is not divisible by the number of heads
   */
  constructor(options: EncoderBlockOptions) {
    super();
    const { hiddenSize, intermediateSize, numAttentionHeads, layerNormEps, initializer, seed = 0 } = options;
    assertDivisible(hiddenSize, numAttentionHeads, 'PreNormBlock: hiddenSize by numAttentionHeads');
    const map = (path: string, from: number, to: number): Linear =>
      this.child(path, new Linear(from, to, { initializer, seed: deriveSeed(seed, path) }));
    const norm = (path: string): LayerNorm => this.child(path, new LayerNorm(hiddenSize, layerNormEps));
    const drop = (path: string, rate = 0): Dropout => this.child(path, new Dropout(rate, path));

    this.#hiddenSize = hiddenSize;
    this.#activation = activation(options.hiddenAct);
    this.#selfAttention = {
      query: map('self_attn.q_proj', hiddenSize, hiddenSize),
      key: map('self_attn.k_proj', hiddenSize, hiddenSize),
      value: map('self_attn.v_proj', hiddenSize, hiddenSize),
      dropout: drop('self_attn.dropout', options.attentionDropout),
      numAttentionHeads,
    };
    this.#attentionOutput = map('self_attn.out_proj', hiddenSize, hiddenSize);
    this.#attentionOutputDropout = drop('self_attn.out_dropout', options.hiddenDropout);
    this.#attentionNorm = norm('layer_norm1');
    this.#expand = map('mlp.fc1', hiddenSize, intermediateSize);
    this.#contract = map('mlp.fc2', intermediateSize, hiddenSize);
    this.#feedForwardDropout = drop('mlp.dropout', options.hiddenDropout);
    this.#feedForwardNorm = norm('layer_norm2');
  }

  /**
   * @param hiddenStates - `[B, T, D]` float32
   * @param context - attention bias, and the block's own seed in training mode
   * @throws ShapeError when the stream has another shape
   */
  call(hiddenStates: Tensor3D, context: EncoderBlockContext = {}): EncoderBlockResult {
    assertShape(hiddenStates, ['B', 'T', this.#hiddenSize], 'PreNormBlock: hiddenStates');
    return this.run(() => {
      const normalized = this.#attentionNorm.call(hiddenStates);
      const { attended, attentions } = attendHeads(normalized, this.#selfAttention, context);
      const attentionUpdate = this.#attentionOutputDropout.call(this.#attentionOutput.call(attended), context);
      const middle = add(hiddenStates, attentionUpdate); // [B, T, D]

      const inner = this.#activation(this.#expand.call(this.#feedForwardNorm.call(middle))); // [B, T, intermediateSize]
      const update = this.#feedForwardDropout.call(this.#contract.call(inner), context);
      return { hiddenStates: add<Tensor3D>(middle, update), attentions };
    });
  }
}
