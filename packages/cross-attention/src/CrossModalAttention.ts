import { attention, deriveSeed, maskToBias, mergeHeads, splitHeads } from '@crossmodal/layers';
import {
  cast,
  expandDims,
  fill,
  mul,
  type Rank,
  reshape,
  type serialization,
  sigmoid,
  tanh,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { assertAttentionOptions, type AttentionGate } from './assertAttentionOptions.js';
import { type AttentionInputShapes, type AttentionShapes, assertAttentionShapes } from './assertAttentionShapes.js';
import { appendNullKey, splitNullKey } from './nullKey.js';
import { ProjectionLayer, type ProjectionLayerOptions } from './ProjectionLayer.js';
import { readInputShapes } from './readInputShapes.js';

/** Options of {@link CrossModalAttention}. */
export interface CrossModalAttentionOptions extends ProjectionLayerOptions {
  /** Features of the attended output; divisible by `numAttentionHeads`. */
  readonly hiddenSize: number;
  /** Default 1. */
  readonly numAttentionHeads?: number;
  /**
   * Adds one learned key whose value is zero, so that a query can look away from every real key. Default `false`.
   */
  readonly nullKey?: boolean;
  /**
   * `'tanh'`: the output is multiplied by `tanh` of one learned scalar. `'sigmoid'`: each head's output is multiplied
   * by a sigmoid of a linear map of the query token. Default `'none'`.
   */
  readonly gate?: AttentionGate;
  /** Probability in [0, 1) with which a weight is dropped while training. Default 0. */
  readonly attentionDropout?: number;
}

/** Named arguments of {@link CrossModalAttention.attend}. */
export interface CrossModalAttentionInputs {
  /** `[B, T, Dq]` or `[B, Dq]` float32 */
  readonly query: Tensor<Rank.R2 | Rank.R3>;
  /** `[B, P, Dk]` or `[B, Dk]` float32 */
  readonly key: Tensor<Rank.R2 | Rank.R3>;
  /** `[B, T]`, 1 = a query that counts; rows of the others are zero in every output. Default: all count. */
  readonly queryMask?: Tensor2D | undefined;
  /** `[B, P]`, 1 = a key that may be attended to. Default: all may. */
  readonly keyMask?: Tensor2D | undefined;
  /** Applies attention dropout. Default `false`. */
  readonly training?: boolean;
  /** Seed of this call's dropout, an unsigned 32-bit integer; needed when dropout is applied. */
  readonly seed?: number | undefined;
}

/** Result of {@link CrossModalAttention.attend}; the caller disposes the tensors. */
export interface CrossModalAttentionOutput {
  /** `[B, T, hiddenSize]` float32 */
  readonly attended: Tensor3D;
  /** `[B, H, T, P]` float32, before dropout: rows sum to 1, or to `1 - nullAttention` with a null key. */
  readonly crossAttentions: Tensor4D;
  /** `[B, H, T]` float32: the weight of the null key; only with `nullKey`. */
  readonly nullAttention?: Tensor3D;
}

/**
 * Attends from one modality to another: `softmax(q k^T / sqrt(Dh)) v` per head, then a linear output projection.
 *
 * Vaswani et al. 2017, section 3.2, https://arxiv.org/abs/1706.03762, in the form of `torch.nn.MultiheadAttention`
 * (2.13), which the golden values come from. `query` is the text's token states, `key` the image's patch states; values
 * are computed from `key`. Each sample attends to its own keys only.
 *
 * - A query whose keys are all masked attends to nothing: zeros before the output projection, never NaN.
 * - With a null key (as `bias_k` in PyTorch, with its value fixed at zero) `crossAttentions` leave the null column out.
 *   Nothing pays a model for using it; measure image reliance instead of reading it off this weight.
 * - `gate: 'tanh'` is the scalar gate of Flamingo (Alayrac et al. 2022, section 3.1.2,
 *   https://arxiv.org/abs/2204.14198). There it starts at 0 beside a residual stream; here it starts at 0.5, because
 *   from 0 no gradient would reach the projections. It does not depend on the query: with a single key the weight stays
 *   1 and the query and key projections still learn nothing.
 * - `gate: 'sigmoid'` is the head-wise gate after attention of Qiu et al. 2025, https://arxiv.org/abs/2505.06708. It
 *   starts at 0.5 for every query.
 *
 * A leaf layer: it works eagerly ({@link CrossModalAttention.attend}) and inside `tf.model`, where masks are positional
 * inputs: `layer.apply([query, key, queryMask, keyMask])` gives `[attended, crossAttentions]`.
 * The weights are `query`, `key`, `value` and `output` (`.weight` `[out, in]`, `.bias`), `nullKey`, and `gate` or
 * `gate.weight` and `gate.bias`.
 *
 * @example
 * ```ts
 * const layer = new CrossModalAttention({ hiddenSize: 8, numAttentionHeads: 2 });
 * const { attended, crossAttentions } = layer.attend({ query: ones([1, 3, 4]), key: ones([1, 9, 6]) });
 * attended.shape; // [1, 3, 8]
 * crossAttentions.shape; // [1, 2, 3, 9]
 * ```
 */
export class CrossModalAttention extends ProjectionLayer {
  /** Name under which a saved `tf.model` refers to this class. */
  static readonly className = 'CrossModalAttention';

  readonly hiddenSize: number;
  readonly numAttentionHeads: number;
  readonly nullKey: boolean;
  readonly gate: AttentionGate;
  readonly attentionDropout: number;
  private trainingCalls = 0;

  /**
   * @param options - see {@link CrossModalAttentionOptions}
   * @throws RangeError when a number or the gate is not one of the values described there
   */
  constructor(options: CrossModalAttentionOptions) {
    super(options);
    this.hiddenSize = options.hiddenSize;
    this.numAttentionHeads = options.numAttentionHeads ?? 1;
    this.nullKey = options.nullKey ?? false;
    this.gate = options.gate ?? 'none';
    this.attentionDropout = options.attentionDropout ?? 0;
    assertAttentionOptions(this);
  }

  /**
   * Creates the weights; called by `apply` and `attend` when needed.
   *
   * @param inputShape - shapes of query and key; the feature sizes must be known
   * @throws {@link SingleKeyError} when the key's length is known to be 1, without null key or gate
   */
  override build(inputShape: Shape | Shape[]): void {
    const { querySize, keySize } = this.assertShapes(this.inputShapes(inputShape));
    const { hiddenSize, numAttentionHeads } = this;
    this.addProjection('query', querySize, hiddenSize);
    this.addProjection('key', keySize, hiddenSize);
    this.addProjection('value', keySize, hiddenSize);
    this.addProjection('output', hiddenSize, hiddenSize);
    if (this.nullKey) this.addInitialized('nullKey', [hiddenSize]);
    if (this.gate === 'tanh') this.addInitialized('gate', [1], (shape) => fill(shape, 0.5));
    if (this.gate === 'sigmoid') {
      this.addInitialized('gate.weight', [numAttentionHeads, querySize]);
      this.addInitialized('gate.bias', [numAttentionHeads]);
    }
    super.build(inputShape);
  }

  /**
   * Attends with named arguments and results.
   *
   * @param inputs - see {@link CrossModalAttentionInputs}
   * @returns see {@link CrossModalAttentionOutput}
   * @throws {@link SingleKeyError} when there is one key, without null key or gate
   * @throws ShapeError when a shape does not fit the others or the weights
   * @throws TypeError when dropout needs a seed and none is given
   */
  attend(inputs: CrossModalAttentionInputs): CrossModalAttentionOutput {
    const { query, key, queryMask, keyMask } = inputs;
    this.assertShapes([query.shape, key.shape, queryMask?.shape, keyMask?.shape]);
    const rate = inputs.training ? this.attentionDropout : 0;
    if (rate > 0 && inputs.seed === undefined) {
      throw new TypeError(
        `CrossModalAttention: attend needs a seed to apply attentionDropout ${rate}, got none. ` +
          'Pass { seed } derived from the step, or training: false.',
      );
    }
    this.buildOnce([query.shape, key.shape]);
    return tidy(() => {
      const queryStates = asSequence(query);
      const keyStates = asSequence(key);
      const real = { keys: this.project('key', keyStates), values: this.project('value', keyStates), mask: keyMask };
      const { keys, values, mask } = this.nullKey ? appendNullKey(real, this.weight('nullKey')) : real;
      const { attended, attentions } = attention({
        query: splitHeads(this.project('query', queryStates), this.numAttentionHeads), // [B, H, T, Dh]
        key: splitHeads(keys, this.numAttentionHeads), // [B, H, S, Dh]
        value: splitHeads(values, this.numAttentionHeads),
        ...(mask && { bias: maskToBias(mask) }),
        ...(rate > 0 && inputs.seed !== undefined && { dropout: { rate, seed: inputs.seed } }),
      });
      const merged = mergeHeads(this.gateHeads(attended, queryStates)); // [B, T, D]
      const output = this.gateOutput(this.project('output', merged));
      const [batch, length] = output.shape;
      const kept = keepQueries(attentions, queryMask, [batch, 1, length, 1]);
      return {
        attended: keepQueries(output, queryMask, [batch, length, 1]),
        ...(this.nullKey ? splitNullKey(kept) : { crossAttentions: kept }),
      };
    });
  }

  /**
   * The layer's maths for `apply`; see {@link CrossModalAttention.attend} for the named form.
   *
   * @param inputs - `[query, key, queryMask?, keyMask?]`
   * @param kwargs - `training`: applies dropout, seeded by the layer's seed and the number of training calls so far
   * @returns `[attended, crossAttentions]`
   */
  override call(inputs: Tensor | Tensor[], kwargs: { readonly training?: boolean } = {}): Tensor[] {
    this.inputShapes([inputs].flat().map(({ shape }) => shape));
    // As many as just checked; attend checks the shapes.
    const [query, key, queryMask, keyMask] = inputs as [Tensor2D, Tensor2D, Tensor2D?, Tensor2D?];
    const training = kwargs.training ?? false;
    const seed = training ? deriveSeed(this.seed, 'attentionDropout', this.trainingCalls++) : undefined;
    const { attended, crossAttentions, nullAttention } = this.attend({
      query,
      key,
      queryMask,
      keyMask,
      training,
      seed,
    });
    nullAttention?.dispose();
    return [attended, crossAttentions];
  }

  /** Shapes of `[attended, crossAttentions]` for the given input shapes. */
  override computeOutputShape(inputShape: Shape | Shape[]): Shape[] {
    const { batch, queryLength, keyLength } = this.assertShapes(this.inputShapes(inputShape));
    return [
      [batch, queryLength, this.hiddenSize],
      [batch, this.numAttentionHeads, queryLength, keyLength],
    ];
  }

  /** Everything the constructor needs to make this layer again, without its weights. */
  override getConfig(): serialization.ConfigDict {
    const { hiddenSize, numAttentionHeads, nullKey, gate, attentionDropout, seed } = this;
    return { ...super.getConfig(), hiddenSize, numAttentionHeads, nullKey, gate, attentionDropout, seed };
  }

  private inputShapes(shapes: Shape | readonly Shape[]): AttentionInputShapes {
    return readInputShapes('CrossModalAttention', ['query', 'key', 'queryMask?', 'keyMask?'], shapes);
  }

  private assertShapes(shapes: AttentionInputShapes): AttentionShapes {
    return assertAttentionShapes('CrossModalAttention', shapes, {
      acceptsSingleKey: this.nullKey || this.gate !== 'none',
      weightSizes: this.built ? { querySize: this.inputSize('query'), keySize: this.inputSize('key') } : undefined,
    });
  }

  private gateHeads(attended: Tensor4D, query: Tensor3D): Tensor4D {
    if (this.gate !== 'sigmoid') return attended;
    const opened = sigmoid(this.project('gate', query)); // [B, T, H]
    return mul(attended, expandDims(transpose(opened, [0, 2, 1]), 3)); // [B, H, T, Dh]
  }

  private gateOutput(output: Tensor3D): Tensor3D {
    return this.gate === 'tanh' ? mul(output, tanh(this.weight('gate'))) : output;
  }
}

/** A query or key without a length axis counts as length 1. */
function asSequence(x: Tensor<Rank.R2 | Rank.R3>): Tensor3D {
  return x.rank === 3 ? (x as Tensor3D) : reshape(x, [x.shape[0], 1, x.shape[1]]);
}

/** Sets the rows of masked queries to zero. */
function keepQueries<T extends Tensor>(x: T, queryMask: Tensor2D | undefined, shape: number[]): T {
  return queryMask ? mul(x, reshape(cast(queryMask, x.dtype), shape)) : x;
}
