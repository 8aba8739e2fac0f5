/** A tensor that is there with another shape. */
export interface MisshapedTensor {
  readonly name: string;
  readonly expected: readonly number[];
  readonly received: readonly number[];
}

/** What a {@link WeightsError} reports. */
export interface WeightsMismatch {
  /** Names that are needed and not there. */
  readonly missing?: readonly string[];
  /** Names that are there and not needed. */
  readonly unexpected?: readonly string[];
  /** Tensors whose shape differs. */
  readonly misshaped?: readonly MisshapedTensor[];
}

/** The tensors of a checkpoint are not those of the model. The message lists up to ten names of each kind and their number. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  readonly misshaped: readonly MisshapedTensor[];

  /**
   * @param where - who looked where, for the message: `'BertEncoder: checkpoint/model.safetensors'`
   * @param mismatch - the names
   */
  constructor(where: string, { missing = [], unexpected = [], misshaped = [] }: WeightsMismatch) {
    const shapes = misshaped.map(
      ({ name, expected, received }) => `${name} [${expected.join(', ')}], got [${received.join(', ')}]`,
    );
    const parts = [
      listed('missing', missing, ', '),
      listed('unexpected', unexpected, ', '),
      listed('of another shape', shapes, '; '),
    ];
    super(
      `${where}: the tensors must be exactly those of the model, got ${parts.filter((part) => part !== '').join('; ')}. ` +
        'Check that the configuration belongs to these weights.',
    );
    this.missing = missing;
    this.unexpected = unexpected;
    this.misshaped = misshaped;
  }
}

function listed(kind: string, names: readonly string[], separator: string): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, 10).join(separator);
  return `${names.length} ${kind} (${shown}${names.length > 10 ? ', …' : ''})`;
}
