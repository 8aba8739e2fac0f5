import { type TensorDtype } from '../safetensors/TensorData.js';

/** A class or function that a pickle names. It is a symbol: nothing is looked up or called. */
interface PickleGlobal {
  readonly kind: 'global';
  /** `'torch._utils._rebuild_tensor_v2'` */
  readonly name: string;
}

/** A storage: the member of the archive that holds its values. */
export interface PickleStorage {
  readonly kind: 'storage';
  readonly dtype: TensorDtype;
  /** Name of the member below `data/`. */
  readonly key: string;
  /** Number of values. */
  readonly size: number;
}

/** A tensor: a view of a storage. */
export interface PickleTensor {
  readonly kind: 'tensor';
  readonly storage: PickleStorage;
  /** Index of the first value. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** Values between neighbours along each axis. */
  readonly strides: readonly number[];
}

/** A tuple. */
interface PickleTuple {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

/** A list. */
interface PickleList {
  readonly kind: 'list';
  readonly items: PickleValue[];
}

/** A dictionary, ordered or not. */
export interface PickleDictionary {
  readonly kind: 'dictionary';
  readonly entries: Map<PickleValue, PickleValue>;
}

/** Whatever the restricted pickle machine can hold. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | PickleGlobal
  | PickleStorage
  | PickleTensor
  | PickleTuple
  | PickleList
  | PickleDictionary;

/** A value that is an object of the restricted machine. */
type PickleObject = Extract<PickleValue, object>;

/** Whether a value is an object of a kind. */
export function isKind<K extends PickleObject['kind']>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<PickleObject, { readonly kind: K }> {
  return typeof value === 'object' && value !== null && value.kind === kind;
}
