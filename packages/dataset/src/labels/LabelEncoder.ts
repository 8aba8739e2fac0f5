import { DatasetError } from '../errors/DatasetError.js';

/**
 * Numbers labels from 0 and back.
 *
 * Labels keep their spelling (`1`, `01` and `1.0` are three labels) and are ordered by code point, as scikit-learn's
 * `LabelEncoder` orders strings; if every label is a plain whole number they are ordered by value.
 */
export class LabelEncoder {
  private readonly ids: ReadonlyMap<string, number>;

  private constructor(
    /** Labels in the order of their numbers. */
    readonly labels: readonly string[],
  ) {
    this.ids = new Map(labels.map((label, id) => [label, id]));
  }

  /** Learns the labels that occur. */
  static fit(labels: Iterable<string>): LabelEncoder {
    const distinct = [...new Set(labels)];
    const areNumbers = distinct.every((label) => /^(0|-?[1-9]\d{0,14})$/.test(label));
    return new LabelEncoder(distinct.sort(areNumbers ? (a, b) => Number(a) - Number(b) : byCodePoint));
  }

  /**
   * Restores what {@link LabelEncoder.id2label} gave.
   *
   * @throws {@link DatasetError} when the numbers have a gap or a label has two
   */
  static fromJSON(stored: { readonly id2label: Readonly<Record<number, string>> }): LabelEncoder {
    const ids = Object.keys(stored.id2label)
      .map(Number)
      .sort((a, b) => a - b);
    if (ids.some((id, index) => id !== index)) {
      throw new DatasetError(
        `LabelEncoder: id2label must number the labels 0 to ${ids.length - 1}, got ${ids.join(', ')}.`,
      );
    }
    const labels = ids.map((id) => stored.id2label[id] ?? '');
    const twice = labels.find((label, id) => labels.indexOf(label) !== id);
    if (twice === undefined) return new LabelEncoder(labels);
    throw new DatasetError(
      `LabelEncoder: id2label must name each label once, got ${JSON.stringify(twice.slice(0, 80))} twice.`,
    );
  }

  /** The table that goes into a model's `config.json`. */
  get id2label(): Record<number, string> {
    return Object.fromEntries(this.labels.map((label, id) => [id, label]));
  }

  /** The number of a label. @throws {@link DatasetError} for a label that was not learned */
  encode(label: string): number {
    const id = this.ids.get(label);
    if (id !== undefined) return id;
    const known = this.labels.slice(0, 10).join(', ');
    throw new DatasetError(`LabelEncoder: unknown label ${JSON.stringify(label.slice(0, 80))}. Known: ${known}.`);
  }

  /** The label of a number. @throws RangeError outside 0 to the number of labels - 1 */
  decode(id: number): string {
    const label = this.labels[id];
    if (label === undefined)
      throw new RangeError(`LabelEncoder: id must be 0 to ${this.labels.length - 1}, got ${id}.`);
    return label;
  }
}

function byCodePoint(a: string, b: string): number {
  const left = Array.from(a);
  const right = Array.from(b);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
