import { attention, maskToBias, ShapeError } from '@crossmodal/layers';
import {
  reshape,
  type serialization,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tidy,
  type Rank,
} from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { type AttentionInputShapes, type AttentionShapes, assertAttentionShapes } from './assertAttentionShapes.js';
import { ProjectionLayer, type ProjectionLayerOptions } from './ProjectionLayer.js';
import { readInputShapes } from './readInputShapes.js';

/** Options of {@link PooledCrossModalAttention}. */
export interface PooledCrossModalAttentionOptions extends ProjectionLayerOptions {
  /** Features of query, key and value after their transforms, and of the output. */
  readonly hiddenSize: number;
}

/** Named arguments of {@link PooledCrossModalAttention.attend}. */
export interface PooledCrossModalAttentionInputs {
  /** `[B, Dq]` float32: one pooled text vector per sample. */
  readonly query: Tensor2D;
  /** `[B, Dk]` float32: one pooled image vector per sample; the original passes it L2-normalised. */
  readonly key: Tensor2D;
  /** `[B, 1]`, 0 = this sample has no image: its attended vector is zero. Default: all have one. */
  readonly keyMask?: Tensor2D | undefined;
}

/** Result of {@link PooledCrossModalAttention.attend}; the caller disposes the tensors. */
export interface PooledCrossModalAttentionOutput {
  /** `[B, hiddenSize]` float32 */
  readonly attended: Tensor2D;
  /** `[B, 1, 1, 1]` float32: **identically 1** (0 without an image), whatever text and image say. */
  readonly crossAttentions: Tensor4D;
}

/**
 * The cross-modal attention of the original recipe, literally: one pooled image vector is the only key.
 *
 * `softmax(q k^T / sqrt(D)) v` with `q = queryTransform(query)`, `k = keyTransform(key)`, `v = valueTransform(key)`.
 * **Its weight is identically 1**: a softmax over one key ignores its argument. So the output is `valueTransform(key)`,
 * the same for every text, and `queryTransform` and `keyTransform` get a gradient of exactly zero (weight decay then
 * shrinks them). It is here to compare with, and to load what others trained; to let the text choose a place in the
 * image use {@link CrossModalAttention} on patch states.
 *
 * A leaf layer: `attend` for eager use, `layer.apply([query, key])` for `tf.model`, which gives
 * `[attended, crossAttentions]`. The weights are `queryTransform`, `keyTransform` and `valueTransform`
 * (`.weight` `[out, in]`, `.bias`); there is no output projection.
 *
 * @example
 * ```ts
 * const layer = new PooledCrossModalAttention({ hiddenSize: 8 });
 * layer.attend({ query: ones([2, 4]), key: ones([2, 6]) }).attended.shape; // [2, 8]
 * ```
 */
export class PooledCrossModalAttention extends ProjectionLayer {
  /** Name under which a saved `tf.model` refers to this class. */
  static readonly className = 'PooledCrossModalAttention';

  readonly hiddenSize: number;

  /**
   * @param options - see {@link PooledCrossModalAttentionOptions}
   * @throws RangeError when `hiddenSize` is not a positive integer
   */
  constructor(options: PooledCrossModalAttentionOptions) {
    super(options);
    this.hiddenSize = options.hiddenSize;
    if (!Number.isInteger(this.hiddenSize) || this.hiddenSize < 1) {
      throw new RangeError(
        `PooledCrossModalAttention: hiddenSize must be a positive integer, got ${String(this.hiddenSize)}.`,
      );
    }
  }

  /** Creates the weights; called by `apply` and `attend` when needed. */
  override build(inputShape: Shape | Shape[]): void {
    const { querySize, keySize } = this.assertShapes(this.inputShapes(inputShape));
    this.addProjection('queryTransform', querySize, this.hiddenSize);
    this.addProjection('keyTransform', keySize, this.hiddenSize);
    this.addProjection('valueTransform', keySize, this.hiddenSize);
    super.build(inputShape);
  }

  /**
   * Attends with named arguments and results.
   *
   * @param inputs - see {@link PooledCrossModalAttentionInputs}
   * @returns see {@link PooledCrossModalAttentionOutput}
   * @throws ShapeError when a shape does not fit the others or the weights
   */
  attend({ query, key, keyMask }: PooledCrossModalAttentionInputs): PooledCrossModalAttentionOutput {
    this.assertShapes([query.shape, key.shape, keyMask?.shape]);
    this.buildOnce([query.shape, key.shape]);
    const [batch] = query.shape;
    const single: [number, number, number, number] = [batch, 1, 1, this.hiddenSize];
    return tidy(() => {
      const { attended, attentions } = attention({
        query: reshape(this.project('queryTransform', query), single), // [B, 1, 1, D]
        key: reshape(this.project('keyTransform', key), single),
        value: reshape(this.project('valueTransform', key), single),
        ...(keyMask && { bias: maskToBias(keyMask) }),
      });
      return { attended: reshape<Rank.R2>(attended, [batch, this.hiddenSize]), crossAttentions: attentions };
    });
  }

  /**
   * The layer's maths for `apply`; see {@link PooledCrossModalAttention.attend} for the named form.
   *
   * @param inputs - `[query, key, keyMask?]`
   * @returns `[attended, crossAttentions]`
   */
  override call(inputs: Tensor | Tensor[]): Tensor[] {
    this.inputShapes([inputs].flat().map(({ shape }) => shape));
    const [query, key, keyMask] = inputs as [Tensor2D, Tensor2D, Tensor2D?]; // attend checks the shapes
    const { attended, crossAttentions } = this.attend({ query, key, keyMask });
    return [attended, crossAttentions];
  }

  /** Shapes of `[attended, crossAttentions]` for the given input shapes. */
  override computeOutputShape(inputShape: Shape | Shape[]): Shape[] {
    const { batch } = this.assertShapes(this.inputShapes(inputShape));
    return [
      [batch, this.hiddenSize],
      [batch, 1, 1, 1],
    ];
  }

  /** Everything the constructor needs to make this layer again, without its weights. */
  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), hiddenSize: this.hiddenSize, seed: this.seed };
  }

  private inputShapes(shapes: Shape | readonly Shape[]): AttentionInputShapes {
    return readInputShapes('PooledCrossModalAttention', ['query', 'key', 'keyMask?'], shapes);
  }

  private assertShapes([query, key, keyMask]: AttentionInputShapes): AttentionShapes {
    for (const shape of [query, key]) {
      if (shape.length !== 2) {
        throw new ShapeError({
          argument: `PooledCrossModalAttention: ${shape === query ? 'query' : 'key'}`,
          expected: '[B, D], one pooled vector per sample',
          received: `[${shape.map((size) => size ?? 'any').join(', ')}]`,
          advice: 'CrossModalAttention takes states of tokens and patches.',
        });
      }
    }
    return assertAttentionShapes('PooledCrossModalAttention', [query, key, undefined, keyMask], {
      acceptsSingleKey: true,
      weightSizes: this.built
        ? { querySize: this.inputSize('queryTransform'), keySize: this.inputSize('keyTransform') }
        : undefined,
    });
  }
}
