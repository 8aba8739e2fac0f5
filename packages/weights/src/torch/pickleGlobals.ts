import { quoteName } from '../safetensors/HeaderCursor.js';
import { type TensorDtype } from '../safetensors/TensorData.js';
import { isKind, type PickleStorage, type PickleTensor, type PickleValue } from './PickleValue.js';
import { TorchFileError } from './TorchFileError.js';

/** Storage classes by full name. */
const storageDtypes: ReadonlyMap<string, TensorDtype> = new Map<string, TensorDtype>([
  ['torch.DoubleStorage', 'F64'],
  ['torch.FloatStorage', 'F32'],
  ['torch.HalfStorage', 'F16'],
  ['torch.BFloat16Storage', 'BF16'],
  ['torch.LongStorage', 'I64'],
  ['torch.IntStorage', 'I32'],
  ['torch.ShortStorage', 'I16'],
  ['torch.CharStorage', 'I8'],
  ['torch.ByteStorage', 'U8'],
  ['torch.BoolStorage', 'BOOL'],
]);

type Builder = (args: readonly PickleValue[]) => PickleValue;

/** What may stand as a function, by full name, and what it makes of its arguments. */
const builders: ReadonlyMap<string, Builder> = new Map<string, Builder>([
  ['collections.OrderedDict', (args) => (args.length === 0 ? { kind: 'dictionary', entries: new Map() } : bad(args))],
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_parameter', ([tensor]) => (isKind(tensor, 'tensor') ? tensor : bad(tensor))],
  ['torch.Size', ([sizes]) => (isKind(sizes, 'tuple') ? sizes : bad(sizes))],
]);

/**
 * Checks a name that a pickle wants.
 *
 * @throws TorchFileError when it is not one of the few that a file of tensors needs
 */
export function assertAllowedGlobal(name: string): void {
  if (builders.has(name) || storageDtypes.has(name)) return;
  throw new TorchFileError(
    `openTorchFile: a file of tensors needs only ${[...builders.keys()].join(', ')} and storages, got ${quoteName(name)}. ` +
      'Nothing was run. In Python, save the state dict alone, or as safetensors.',
  );
}

/** What a call of a global gives. */
export function callGlobal(name: string, args: readonly PickleValue[]): PickleValue {
  const build = builders.get(name);
  if (!build) throw new TorchFileError(`openTorchFile: ${quoteName(name)} must not be called.`);
  return build(args);
}

/** The storage that a persistent id `('storage', class, key, location, size)` stands for. */
export function storageOf(id: PickleValue): PickleStorage {
  if (!isKind(id, 'tuple')) return bad(id);
  const [tag, type, key, , size] = id.items;
  const dtype = isKind(type, 'global') ? storageDtypes.get(type.name) : undefined;
  if (tag !== 'storage' || dtype === undefined || typeof key !== 'string' || !isCount(size) || id.items.length !== 5) {
    return bad(id);
  }
  return { kind: 'storage', dtype, key, size };
}

function rebuildTensor(args: readonly PickleValue[]): PickleTensor {
  const [storage, offset, shape, strides] = args;
  if (args.length < 6 || !isKind(storage, 'storage') || !isCount(offset)) return bad(args);
  const [sizes, steps] = [countsOf(shape), countsOf(strides)];
  if (!sizes || sizes.length !== steps?.length) return bad(args);
  const size = sizes.reduce((product, length) => product * length, 1);
  const last = sizes.reduce((index, length, axis) => index + (length - 1) * (steps[axis] ?? NaN), offset);
  // Views that repeat values could make a small file fill the memory.
  if (size > storage.size || (size > 0 && !(last < storage.size))) {
    throw new TorchFileError(
      `openTorchFile: a tensor must lie within its storage of ${storage.size} values, got [${sizes.slice(0, 8).join(', ')}] with strides ` +
        `[${steps.slice(0, 8).join(', ')}] from ${offset}.`,
    );
  }
  return { kind: 'tensor', storage, offset, shape: sizes, strides: steps };
}

function countsOf(value: PickleValue | undefined): number[] | undefined {
  if (!isKind(value, 'tuple')) return undefined;
  const counts = value.items.filter(isCount);
  return counts.length === value.items.length ? counts : undefined;
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function bad(received: unknown): never {
  const kind = Array.isArray(received) ? `${received.length} arguments` : typeof received;
  throw new TorchFileError(
    `openTorchFile: the pickle must describe tensors as torch.save does, got ${kind} of another form.`,
  );
}
