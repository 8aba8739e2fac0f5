import { elementBytes, type TensorData } from './TensorData.js';

/** The data of a file starts at a multiple of this. */
const ALIGNMENT = 8;

/**
 * Writes tensors as a safetensors file that every reader of the format opens.
 *
 * @param tensors - by name; `F16` and `BF16` cannot be written, because their values are float32 here
 * @param metadata - strings kept in the header; default none
 * @throws RangeError when a shape does not fit its values, or for `F16` and `BF16`
 */
export function serializeSafetensors(
  tensors: ReadonlyMap<string, TensorData>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) header.push(['__metadata__', metadata]);
  let offset = 0;
  for (const [name, tensor] of tensors) {
    checkTensor(name, tensor);
    const { dtype, shape, data } = tensor;
    header.push([name, { dtype, shape, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  // Object.fromEntries defines own properties: a tensor may be called __proto__.
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerBytes = Math.ceil(json.byteLength / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(ALIGNMENT + headerBytes + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, ALIGNMENT, ALIGNMENT + headerBytes);
  file.set(json, ALIGNMENT);
  let position = ALIGNMENT + headerBytes;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

function checkTensor(name: string, { dtype, shape, data }: TensorData): void {
  const wanted = shape.reduce((product, size) => product * size, 1);
  if (wanted !== data.length) {
    throw new RangeError(
      `serializeSafetensors: "${name}" of shape [${shape.join(', ')}] must have ${wanted} values, got ${data.length}.`,
    );
  }
  if (data.BYTES_PER_ELEMENT !== elementBytes[dtype]) {
    throw new RangeError(
      `serializeSafetensors: "${name}" is ${dtype}, whose elements take ${elementBytes[dtype]} bytes, got values of ${data.BYTES_PER_ELEMENT}. Write it as F32.`,
    );
  }
}
