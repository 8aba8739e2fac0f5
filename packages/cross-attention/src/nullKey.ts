import {
  add,
  cast,
  concat,
  ones,
  pad,
  reshape,
  slice,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  zeros,
} from '@tensorflow/tfjs-core';

/** What queries look at. */
export interface AttendedKeys {
  /** `[B, P, D]` float32 */
  readonly keys: Tensor3D;
  /** `[B, P, D]` float32 */
  readonly values: Tensor3D;
  /** `[B, P]`, 1 = may be attended to; default: all may */
  readonly mask: Tensor2D | undefined;
}

/**
 * Adds one key to those of every sample, with zeros for its value; no mask hides it. As `bias_k` of `torch.nn.MultiheadAttention` (2.13), with the value
 * fixed.
 *
 * @param nullKey - `[D]` float32
 * @returns `[B, P + 1, D]`, the new key as the last one
 */
export function appendNullKey({ keys, values, mask }: AttendedKeys, nullKey: Tensor): AttendedKeys {
  const [batch, , hiddenSize] = keys.shape;
  // Adding to zeros repeats the null key for every sample; the gradient of `tile` would loop over the batch.
  const nullColumn = add<Tensor3D>(zeros([batch, 1, hiddenSize]), nullKey);
  return {
    keys: concat([keys, nullColumn], 1), // [B, P + 1, D]
    values: pad(values, [[0, 0], [0, 1], [0, 0]]), // prettier-ignore
    mask: mask && concat([cast(mask, 'float32'), ones([batch, 1])], 1),
  };
}

/**
 * Takes the weights of the null key out of those of all keys.
 *
 * @param attentions - `[B, H, T, P + 1]` float32, the null key's last
 * @returns `[B, H, T, P]` and `[B, H, T]`
 */
export function splitNullKey(attentions: Tensor4D): {
  readonly crossAttentions: Tensor4D;
  readonly nullAttention: Tensor3D;
} {
  const [batch, heads, length, columns] = attentions.shape;
  const nullColumn = slice(attentions, [0, 0, 0, columns - 1], [batch, heads, length, 1]);
  return {
    crossAttentions: slice(attentions, [0, 0, 0, 0], [batch, heads, length, columns - 1]),
    nullAttention: reshape(nullColumn, [batch, heads, length]),
  };
}
