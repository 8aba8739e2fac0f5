import { assertDivisible, attention, deriveSeed, maskToBias, mergeHeads, splitHeads } from '@crossmodal/layers';
import {
  add,
  cast,
  concat,
  expandDims,
  fill,
  mul,
  ones,
  pad,
  type Rank,
  reshape,
  type serialization,
  sigmoid,
  slice,
  tanh,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tidy,
  transpose,
  zeros,
} from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { type AttentionInputShapes, type AttentionShapes, assertAttentionShapes } from './assertAttentionShapes.js';
import { ProjectionLayer, type ProjectionLayerOptions } from './ProjectionLayer.js';
import { readInputShapes } from './readInputShapes.js';

/** What scales the attended values: nothing, one learned scalar, or the query token itself. */
export type AttentionGate = 'none' | 'tanh' | 'sigmoid';

const gates: readonly AttentionGate[] = ['none', 'tanh', 'sigmoid'];

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
    assertOptions(this);
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
      const { keys, values, mask } = this.projectKeys(asSequence(key), keyMask);
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
      return this.splitNullKey(
        keepQueries(output, queryMask, [batch, length, 1]),
        keepQueries(attentions, queryMask, [batch, 1, length, 1]),
      );
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

  /** Keys, values and mask, with the null key as last column when there is one. */
  private projectKeys(key: Tensor3D, keyMask: Tensor2D | undefined): ProjectedKeys {
    const keys = this.project('key', key);
    const values = this.project('value', key);
    if (!this.nullKey) return { keys, values, mask: keyMask };
    const [batch] = key.shape;
    // Adding to zeros repeats the null key for every sample; the gradient of `tile` would loop over the batch.
    const nullColumn = add<Tensor3D>(zeros([batch, 1, this.hiddenSize]), this.weight('nullKey'));
    return {
      keys: concat([keys, nullColumn], 1), // [B, P + 1, D]
      values: pad(values, [[0, 0], [0, 1], [0, 0]]), // prettier-ignore
      mask: keyMask && concat([cast(keyMask, 'float32'), ones([batch, 1])], 1),
    };
  }

  private gateHeads(attended: Tensor4D, query: Tensor3D): Tensor4D {
    if (this.gate !== 'sigmoid') return attended;
    const opened = sigmoid(this.project('gate', query)); // [B, T, H]
    return mul(attended, expandDims(transpose(opened, [0, 2, 1]), 3)); // [B, H, T, Dh]
  }

  private gateOutput(output: Tensor3D): Tensor3D {
    return this.gate === 'tanh' ? mul(output, tanh(this.weight('gate'))) : output;
  }

  /** The weights without the null column, and the null column by itself. */
  private splitNullKey(attended: Tensor3D, attentions: Tensor4D) {
    if (!this.nullKey) return { attended, crossAttentions: attentions };
    const [batch, heads, length, columns] = attentions.shape;
    const nullColumn = slice(attentions, [0, 0, 0, columns - 1], [batch, heads, length, 1]);
    return {
      attended,
      crossAttentions: slice(attentions, [0, 0, 0, 0], [batch, heads, length, columns - 1]),
      nullAttention: reshape<Rank.R3>(nullColumn, [batch, heads, length]),
    };
  }
}

interface ProjectedKeys {
  readonly keys: Tensor3D;
  readonly values: Tensor3D;
  readonly mask: Tensor2D | undefined;
}

function assertOptions(layer: CrossModalAttention): void {
  for (const name of ['hiddenSize', 'numAttentionHeads'] as const) {
    if (!Number.isInteger(layer[name]) || layer[name] < 1) {
      throw new RangeError(`CrossModalAttention: ${name} must be a positive integer, got ${String(layer[name])}.`);
    }
  }
  assertDivisible(layer.hiddenSize, layer.numAttentionHeads, 'CrossModalAttention: hiddenSize by numAttentionHeads');
  if (!gates.includes(layer.gate)) {
    throw new RangeError(`CrossModalAttention: gate must be one of ${gates.join(', ')}, got ${layer.gate}.`);
  }
  if (!(layer.attentionDropout >= 0 && layer.attentionDropout < 1)) {
    throw new RangeError(
      `CrossModalAttention: attentionDropout must be in [0, 1), got ${String(layer.attentionDropout)}.`,
    );
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
