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
import { Linear, type LinearOptions } from './Linear.js';

/** Where the parameters of a {@link PreNormBlock} are: they differ from model to model. */
export interface PreNormPaths {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attentionOutput: string;
  /** Normalizes what attention reads. */
  readonly attentionNorm: string;
  /** The first map of the feed-forward part. */
  readonly expand: string;
  /** The second one. */
  readonly contract: string;
  /** Normalizes what the feed-forward part reads. */
  readonly feedForwardNorm: string;
}

/** Options of {@link PreNormBlock}. */
export interface PreNormBlockOptions extends EncoderBlockOptions {
  /** Parameter paths; default those of Hugging Face's `CLIPEncoderLayer`. */
  readonly paths?: PreNormPaths | undefined;
  /** Whether query, key and value have a bias; default true. */
  readonly qkvBias?: boolean | undefined;
}

const clipPaths: PreNormPaths = {
  query: 'self_attn.q_proj',
  key: 'self_attn.k_proj',
  value: 'self_attn.v_proj',
  attentionOutput: 'self_attn.out_proj',
  attentionNorm: 'layer_norm1',
  expand: 'mlp.fc1',
  contract: 'mlp.fc2',
  feedForwardNorm: 'layer_norm2',
};

/**
 * Transformer block that normalizes before each half.
 *
 * `x = x + attention(LayerNorm(x)); x = x + feedForward(LayerNorm(x))`: Xiong et al. 2020, https://arxiv.org/abs/2002.04745;
 * Radford et al. 2021, https://arxiv.org/abs/2103.00020
 */
export class PreNormBlock extends EncoderBlock {
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
   * @param options - sizes, dropout rates, initializer and names
   * @throws ShapeError when the hidden size is not divisible by the number of heads
   */
  constructor(options: PreNormBlockOptions) {
    super();
    const { hiddenSize, intermediateSize, numAttentionHeads, layerNormEps, initializer, seed = 0 } = options;
    const { paths = clipPaths, qkvBias: bias = true } = options;
    assertDivisible(hiddenSize, numAttentionHeads, 'PreNormBlock: hiddenSize by numAttentionHeads');
    const map = (path: string, from: number, to: number, rest: LinearOptions = {}): Linear =>
      this.child(path, new Linear(from, to, { ...rest, initializer, seed: deriveSeed(seed, path) }));
    const norm = (path: string): LayerNorm => this.child(path, new LayerNorm(hiddenSize, layerNormEps));
    const drop = (path: string, rate = 0): Dropout => this.child(path, new Dropout(rate, path));

    this.#hiddenSize = hiddenSize;
    this.#activation = activation(options.hiddenAct);
    this.#selfAttention = {
      query: map(paths.query, hiddenSize, hiddenSize, { bias }),
      key: map(paths.key, hiddenSize, hiddenSize, { bias }),
      value: map(paths.value, hiddenSize, hiddenSize, { bias }),
      dropout: drop('self_attn.dropout', options.attentionDropout),
      numAttentionHeads,
    };
    this.#attentionOutput = map(paths.attentionOutput, hiddenSize, hiddenSize);
    this.#attentionOutputDropout = drop('self_attn.out_dropout', options.hiddenDropout);
    this.#attentionNorm = norm(paths.attentionNorm);
    this.#expand = map(paths.expand, hiddenSize, intermediateSize);
    this.#contract = map(paths.contract, intermediateSize, hiddenSize);
    this.#feedForwardDropout = drop('mlp.dropout', options.hiddenDropout);
    this.#feedForwardNorm = norm(paths.feedForwardNorm);
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
      const attentionUpdate = this.#attentionOutputDropout.call(this.#attentionOutput.call(attended, context), context);
      const middle = add(hiddenStates, attentionUpdate); // [B, T, D]

      const inner = this.#activation(this.#expand.call(this.#feedForwardNorm.call(middle), context)); // [B, T, intermediateSize]
      const update = this.#feedForwardDropout.call(this.#contract.call(inner, context), context);
      return { hiddenStates: add<Tensor3D>(middle, update), attentions };
    });
  }
}
