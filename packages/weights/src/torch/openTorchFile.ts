import { type CheckpointFile } from '../folders/CheckpointFolder.js';
import { decodeTensor } from '../safetensors/decodeTensor.js';
import { quoteName } from '../safetensors/HeaderCursor.js';
import { bytesPerElement, type TensorData } from '../safetensors/TensorData.js';
import { type TensorFile } from '../safetensors/TensorFile.js';
import { isKind, type PickleDictionary, type PickleTensor, type PickleValue } from './PickleValue.js';
import { TorchFileError } from './TorchFileError.js';
import { unpickle } from './unpickle.js';
import { ZipArchive } from './ZipArchive.js';

/** Options of {@link openTorchFile}. */
export interface OpenTorchFileOptions {
  /** Where the state dict lies in a file that holds more: `'state_dict'`; default: the file is one. */
  readonly key?: string | undefined;
}

/** Some hundred bytes per tensor: far above any model. */
const maxPickleBytes = 64_000_000;

/**
 * Opens a file that `torch.save` wrote (torch 1.6 or newer): `pytorch_model.bin`, or any `.pth` with a state dict. No code in it is run, and
 * only tensors and plain values are read. Values are read, and their checksums verified, when they are asked for.
 *
 * Reference: `torch.load(weights_only=True)` of torch 2.13. It also reads protocols 4 and 5. Stricter: the archive must be exactly as torch writes it,
 * and views that repeat values (`expand`) are refused.
 *
 * @param file - stays open until the result is closed
 * @param options - where in the file the tensors are
 * @throws TorchFileError when the file is damaged, or holds anything but tensors where tensors are expected
 */
export async function openTorchFile(file: CheckpointFile, { key }: OpenTorchFileOptions = {}): Promise<TensorFile> {
  const archive = await ZipArchive.open(file);
  const prefix = prefixOf(archive);
  const pickleBytes = archive.sizeOf(`${prefix}data.pkl`) ?? 0;
  if (pickleBytes > maxPickleBytes) {
    throw new TorchFileError(`openTorchFile: data.pkl must have at most ${maxPickleBytes} bytes, got ${pickleBytes}.`);
  }
  await assertLittleEndian(archive, prefix);
  const tensors = stateDictOf(unpickle(await archive.read(`${prefix}data.pkl`)), key);
  const infos = new Map([...tensors].map(([name, tensor]) => [name, infoOf(name, tensor, archive, prefix)]));
  return {
    tensors: infos,
    read: async (name) => {
      const tensor = tensors.get(name);
      if (!tensor) throw new TorchFileError(`openTorchFile: no tensor is named ${quoteName(name)}.`);
      return readTensor(tensor, await archive.read(memberOf(tensor, prefix)));
    },
    close: () => file.close(),
  };
}

/** All members lie in one folder, named after the file. */
function prefixOf(archive: ZipArchive): string {
  const pickles = archive.names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  const prefix = pickles[0]?.replace(/data\.pkl$/, '');
  if (prefix === undefined || pickles.length > 1 || archive.names.some((name) => !name.startsWith(prefix))) {
    throw new TorchFileError(
      'openTorchFile: the archive must hold one folder with data.pkl, as torch.save writes it. TorchScript files and plain ZIP archives are not read.',
    );
  }
  return prefix;
}

async function assertLittleEndian(archive: ZipArchive, prefix: string): Promise<void> {
  if (archive.sizeOf(`${prefix}byteorder`) === undefined) return;
  const order = new TextDecoder().decode(await archive.read(`${prefix}byteorder`));
  if (order !== 'little') throw new TorchFileError(`openTorchFile: byteorder must be little, got ${quoteName(order)}.`);
}

function stateDictOf(content: PickleValue, key: string | undefined): Map<string, PickleTensor> {
  const top = isKind(content, 'dictionary') ? content : undefined;
  const chosen = key === undefined ? top : top?.entries.get(key);
  const dictionary = isKind(chosen, 'dictionary') ? chosen : undefined;
  const entries = [...(dictionary?.entries ?? [])];
  const tensors = entries.flatMap(([name, value]): [string, PickleTensor][] =>
    typeof name === 'string' && isKind(value, 'tensor') ? [[name, value]] : [],
  );
  if (!dictionary || tensors.length !== entries.length) {
    const dictionaries = top ? keysOfDictionaries(top) : [];
    throw new TorchFileError(
      `openTorchFile: ${key === undefined ? 'the file' : quoteName(key)} must hold a dictionary from names to tensors, got ${
        dictionary ? `${entries.length - tensors.length} other entries` : 'something else'
      }.${dictionaries.length > 0 ? ` Pass key: one of ${dictionaries.map(quoteName).join(', ')}.` : ''}`,
    );
  }
  return new Map(tensors);
}

function keysOfDictionaries({ entries }: PickleDictionary): string[] {
  const keys = [...entries].flatMap(([key, value]) =>
    typeof key === 'string' && isKind(value, 'dictionary') ? [key] : [],
  );
  return keys.slice(0, 5);
}

function infoOf(
  name: string,
  tensor: PickleTensor,
  archive: ZipArchive,
  prefix: string,
): { dtype: TensorData['dtype']; shape: readonly number[] } {
  const { dtype, size } = tensor.storage;
  const member = memberOf(tensor, prefix);
  const [expected, received] = [size * (bytesPerElement.get(dtype) ?? NaN), archive.sizeOf(member)];
  if (received !== expected) {
    throw new TorchFileError(
      `openTorchFile: the storage of ${quoteName(name)} must have ${expected} bytes, got ${received ?? `no member ${quoteName(member)}`}.`,
    );
  }
  return { dtype, shape: tensor.shape };
}

function memberOf({ storage }: PickleTensor, prefix: string): string {
  return `${prefix}data/${storage.key}`;
}

function readTensor({ storage, offset, shape, strides }: PickleTensor, bytes: Uint8Array): TensorData {
  const width = bytesPerElement.get(storage.dtype) ?? NaN;
  const size = shape.reduce((product, length) => product * length, 1);
  const info = { dtype: storage.dtype, shape };
  if (isRowMajor(shape, strides)) return decodeTensor(info, bytes.subarray(offset * width, (offset + size) * width));
  const gathered = new Uint8Array(size * width);
  for (let i = 0; i < size; i += 1) {
    const from = placeOf(i, shape, strides, offset) * width;
    gathered.set(bytes.subarray(from, from + width), i * width);
  }
  return decodeTensor(info, gathered);
}

/** Where the `i`-th value in row-major order lies in the storage. */
function placeOf(i: number, shape: readonly number[], strides: readonly number[], offset: number): number {
  let place = offset;
  let rest = i;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const length = shape[axis] ?? 1;
    place += (rest % length) * (strides[axis] ?? 0);
    rest = Math.floor(rest / length);
  }
  return place;
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const length = shape[axis] ?? 1;
    // The step along an axis with one entry is never taken.
    if (length > 1 && strides[axis] !== expected) return false;
    expected *= length;
  }
  return true;
}
