import { type OnnxTensor } from './OnnxTensor.js';

/** Values that lie in a file of their own beside the model: https://onnx.ai/onnx/repo-docs/ExternalData.html. */
export interface ExternalData {
  /** Name of the file, which must lie in the folder of the model. */
  readonly name: string;
  readonly bytes: number;
  /** What the file holds, in order: views of the values, so that nothing is copied. May be read several times. */
  chunks(): Iterable<Uint8Array>;
}

/** Where a tensor lies in that file. */
export interface ExternalPlace {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** Smaller tensors stay in the model: ONNX Runtime reads them while it optimizes. */
const SMALLEST = 1024;
/** Places begin at multiples of this, so that runtimes can map the file into memory. */
const ALIGNMENT = 4096;

/** Gives every larger tensor a place in a file. */
export function placeExternally(
  tensors: ReadonlyMap<string, OnnxTensor>,
  location: string,
): { readonly places: ReadonlyMap<string, ExternalPlace>; readonly data: ExternalData } {
  const places = new Map<string, ExternalPlace>();
  let end = 0;
  for (const [name, { bytes }] of tensors) {
    if (bytes.length < SMALLEST) continue;
    const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    places.set(name, { location, offset, length: bytes.length });
    end = offset + bytes.length;
  }
  function* chunks(): Generator<Uint8Array, undefined> {
    let written = 0;
    for (const [name, { offset }] of places) {
      const { bytes } = tensors.get(name) ?? { bytes: new Uint8Array() };
      if (offset > written) yield new Uint8Array(offset - written);
      yield bytes;
      written = offset + bytes.length;
    }
  }
  return { places, data: { name: location, bytes: end, chunks } };
}
