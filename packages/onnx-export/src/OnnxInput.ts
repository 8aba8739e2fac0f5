/** An input of the model. */
export interface OnnxInput {
  /** int32 becomes int64 in the model, as is usual there. */
  readonly dtype: 'int32' | 'float32';
  /** Numbers are fixed; a name stands for a size that is open, such as `'batch'`. */
  readonly shape: readonly (string | number)[];
}
