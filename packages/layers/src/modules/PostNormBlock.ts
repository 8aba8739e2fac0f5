import { add, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import { assertDivisible, assertShape } from '../checks/ShapeError.js';
import { activation } from '../ops/activation.js';
import { deriveSeed } from '../random/deriveSeed.js';
import { attendHeads, type SelfAttentionParts } from './attendHeads.js';
import { Dropout } from './Dropout.js';
import {
  EncoderBlock,
  type EncoderBlockContext,
  type EncoderBlockOptions,
  type EncoderBlockResult,
} from './EncoderBlock.js';
import { LayerNorm } from './LayerNorm.js';
import { Linear } from './Linear.js';

/** Where the parameters of a {@link PostNormBlock} are: they differ from model to model. */
export interface PostNormPaths {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attentionOutput: string;
  /** Normalizes the stream after attention. */
  readonly attentionNorm: string;
  /** The first map of the feed-forward part. */
  readonly expand: string;
  /** The second one. */
  readonly contract: string;
  /** Normalizes the stream after the feed-forward part. */
  readonly feedForwardNorm: string;
}

/** Options of {@link PostNormBlock}. */
export interface PostNormBlockOptions extends EncoderBlockOptions {
  /** Parameter paths; default those of Hugging Face's `BertLayer`. */
  readonly paths?: PostNormPaths | undefined;
  /** Dropout of what attention alone adds to the stream, in [0, 1); default `hiddenDropout`. */
  readonly attentionOutputDropout?: number | undefined;
}

const bertPaths: PostNormPaths = {
  query: 'attention.self.query',
  key: 'attention.self.key',
  value: 'attention.self.value',
  attentionOutput: 'attention.output.dense',
  attentionNorm: 'attention.output.LayerNorm',
  expand: 'intermediate.dense',
  contract: 'output.dense',
  feedForwardNorm: 'output.LayerNorm',
};

/**
 * Transformer block that normalizes after each residual sum.
 *
 * `x = LayerNorm(x + attention(x)); x = LayerNorm(x + feedForward(x))`: Vaswani et al. 2017, section 3.1,
 * https://arxiv.org/abs/1706.03762; Devlin et al. 2018, https://arxiv.org/abs/1810.04805
 */
export class PostNormBlock extends EncoderBlock {
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
   * @param options - sizes, dropout rates, initializer and names
   * @throws ShapeError when the hidden size is not divisible by the number of heads
   */
  constructor(options: PostNormBlockOptions) {
    super();
    const { hiddenSize, intermediateSize, numAttentionHeads, layerNormEps, initializer, seed = 0 } = options;
    const { paths = bertPaths, attentionOutputDropout = options.hiddenDropout } = options;
    assertDivisible(hiddenSize, numAttentionHeads, 'PostNormBlock: hiddenSize by numAttentionHeads');
    const map = (path: string, from: number, to: number): Linear =>
      this.child(path, new Linear(from, to, { initializer, seed: deriveSeed(seed, path) }));
    const norm = (path: string): LayerNorm => this.child(path, new LayerNorm(hiddenSize, layerNormEps));
    const drop = (path: string, rate = 0): Dropout => this.child(path, new Dropout(rate, path));

    this.#hiddenSize = hiddenSize;
    this.#activation = activation(options.hiddenAct);
    this.#selfAttention = {
      query: map(paths.query, hiddenSize, hiddenSize),
      key: map(paths.key, hiddenSize, hiddenSize),
      value: map(paths.value, hiddenSize, hiddenSize),
      dropout: drop('attention.self.dropout', options.attentionDropout),
      numAttentionHeads,
    };
    this.#attentionOutput = map(paths.attentionOutput, hiddenSize, hiddenSize);
    this.#attentionOutputDropout = drop('attention.output.dropout', attentionOutputDropout);
    this.#attentionNorm = norm(paths.attentionNorm);
    this.#intermediate = map(paths.expand, hiddenSize, intermediateSize);
    this.#output = map(paths.contract, intermediateSize, hiddenSize);
    this.#outputDropout = drop('output.dropout', options.hiddenDropout);
    this.#outputNorm = norm(paths.feedForwardNorm);
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
