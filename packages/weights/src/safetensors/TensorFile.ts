import { type TensorInfo } from './decodeTensor.js';
import { type TensorData } from './TensorData.js';

/** A file of tensors, open: names and shapes are known, values are read one tensor at a time. */
export interface TensorFile {
  /** What the file holds, in its order. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** The values of one tensor, in new memory. */
  read(name: string): Promise<TensorData>;
  /** Gives the file back to the system. */
  close(): Promise<void>;
}
