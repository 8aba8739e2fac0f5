/**
 * Thrown when attention would see exactly one key and nothing else: a softmax over one key is identically 1, so
 * the weights say nothing and the query and key projections never learn.
 */
export class SingleKeyError extends RangeError {
  override readonly name = 'SingleKeyError';
  /** Where, and which argument: `'CrossModalAttention: key'`. */
  readonly argument: string;
  /** What would have been accepted, as words. */
  readonly expected = '[B, P, Dk] with P of at least 2';
  /** Shape of the key that arrived, as words: `'[2, 768]'`. */
  readonly received: string;

  /**
   * @param where - name of the layer that refuses
   * @param shape - shape of the key; `null` stands for an unknown size
   */
  constructor(where: string, shape: readonly (number | null)[]) {
    const received = `[${shape.map((size) => size ?? 'any').join(', ')}]`;
    super(
      `${where}: key must be [B, P, Dk] with P of at least 2, got ${received}, one key per sample. ` +
        'A softmax over one key is identically 1 whatever the query says: the weight means nothing, and the query and ' +
        'key projections get no gradient. Pass the states of all patches or tokens, set nullKey: true or a gate, or ' +
        'use PooledCrossModalAttention, the literal single-key form.',
    );
    this.argument = `${where}: key`;
    this.received = received;
  }
}
