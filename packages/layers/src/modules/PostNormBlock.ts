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
 * Transformer block that normalizes after each residual sum, with the parameter paths of Hugging Face's `BertLayer`.
 *
 * `x = LayerNorm(x + attention(x)); x = LayerNorm(x + feedForward(x))`: Vaswani et al. 2017, section 3.1,
 * https://arxiv.org/abs/1706.03762; Devlin et al. 2018, https://arxiv.org/abs/1810.04805
 */
export class PostNormBlock extends Module {
  readonly #hiddenSize: number;
  readonly #selfAttention: SelfAttentionParts;
  readonly #attentionOutput: Linear;
  readonly #attentionNorm: LayerNorm;
  readonly #intermediate: Linear;
  readonly #output: Linear;
  readonly #outputNorm: LayerNorm;
  readonly #attentionOutputDropout: Dropout;
  readonly #outputDropout: Dropout;
  readonly #activation: (x: Tensor) => Tensor;

  /**
   * @param options - sizes, dropout rates and initializer
   * @throws ShapeError when the hidden size is not divisible by the number of heads
   */
  constructor(options: EncoderBlockOptions) {
    super();
    const { hiddenSize, intermediateSize, numAttentionHeads, layerNormEps, initializer, seed = 0 } = options;
    assertDivisible(hiddenSize, numAttentionHeads, 'PostNormBlock: hiddenSize by numAttentionHeads');
    const map = (path: string, from: number, to: number): Linear =>
      this.child(path, new Linear(from, to, { initializer, seed: deriveSeed(seed, path) }));
    const norm = (path: string): LayerNorm => this.child(path, new LayerNorm(hiddenSize, layerNormEps));
    const drop = (path: string, rate = 0): Dropout => this.child(path, new Dropout(rate, path));

    this.#hiddenSize = hiddenSize;
    this.#activation = activation(options.hiddenAct);
    this.#selfAttention = {
      query: map('attention.self.query', hiddenSize, hiddenSize),
      key: map('attention.self.key', hiddenSize, hiddenSize),
      value: map('attention.self.value', hiddenSize, hiddenSize),
      dropout: drop('attention.self.dropout', options.attentionDropout),
      numAttentionHeads,
    };
    this.#attentionOutput = map('attention.output.dense', hiddenSize, hiddenSize);
    this.#attentionOutputDropout = drop('attention.output.dropout', options.hiddenDropout);
    this.#attentionNorm = norm('attention.output.LayerNorm');
    this.#intermediate = map('intermediate.dense', hiddenSize, intermediateSize);
    this.#output = map('output.dense', intermediateSize, hiddenSize);
    this.#outputDropout = drop('output.dropout', options.hiddenDropout);
    this.#outputNorm = norm('output.LayerNorm');
  }

  /**
   * @param hiddenStates - `[B, T, D]` float32
   * @param context - attention bias, and the block's own seed in training mode
   * @throws ShapeError when the stream has another shape
   */
  call(hiddenStates: Tensor3D, context: EncoderBlockContext = {}): EncoderBlockResult {
    assertShape(hiddenStates, ['B', 'T', this.#hiddenSize], 'PostNormBlock: hiddenStates');
    return this.run(() => {
      const { attended, attentions } = attendHeads(hiddenStates, this.#selfAttention, context);
      const attentionUpdate = this.#attentionOutputDropout.call(this.#attentionOutput.call(attended, context), context);
      const middle = this.#attentionNorm.call(add(hiddenStates, attentionUpdate)); // [B, T, D]

      const inner = this.#activation(this.#intermediate.call(middle, context)); // [B, T, intermediateSize]
      const update = this.#outputDropout.call(this.#output.call(inner, context), context);
      // Every step keeps the rank of the stream, which the declared types of the ops cannot say.
      return { hiddenStates: this.#outputNorm.call(add(middle, update)) as Tensor3D, attentions };
    });
  }
}
