import { crc32 } from '../crc32.js';

/** A member to write; what is overridden is written as given, whether it is true or not. */
export interface ZipPart {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly localName?: string;
  readonly flags?: number;
  readonly localFlags?: number;
  readonly method?: number;
  readonly crc?: number;
  readonly size?: number;
  /** In the directory. */
  readonly headerStart?: number;
  readonly descriptorSize?: number;
}

/** An archive in the form in which PyTorch writes one: sizes after the data, no compression. */
export function zipFile(parts: readonly ZipPart[]): Uint8Array {
  const chunks: Uint8Array[] = [];
  let place = 0;
  const put = (bytes: Uint8Array): void => {
    chunks.push(bytes);
    place += bytes.length;
  };
  const entries = parts.map((part) => {
    const start = place;
    const { name, bytes, flags = 0x808, localFlags = flags, localName = name, method = 0 } = part;
    const { crc = crc32(bytes), size = bytes.length } = part;
    const local = new TextEncoder().encode(localName);
    const follows = (localFlags & 8) !== 0;
    const own = follows ? [0, 0, 0] : [crc, size, size];
    put(record([4, 0x04034b50], [2, 0], [2, localFlags], [2, method], [4, 0], ...words(own), [2, local.length], [2, 0]));
    put(local);
    put(bytes);
    if (follows) put(record([4, 0x08074b50], ...words([crc, part.descriptorSize ?? size, size])));
    return { name, flags, method, crc, size, start: part.headerStart ?? start };
  });
  const start = place;
  for (const entry of entries) {
    const name = new TextEncoder().encode(entry.name);
    put(
      record(
        [4, 0x02014b50],
        [4, 0],
        [2, entry.flags],
        [2, entry.method],
        [4, 0],
        ...words([entry.crc, entry.size, entry.size]),
        [2, name.length],
        ...Array.from({ length: 2 }, (): Field => [2, 0]),
        [4, 0],
        [4, 0],
        [4, entry.start],
      ),
    );
    put(name);
  }
  const count = entries.length;
  put(record([4, 0x06054b50], [4, 0], [2, count], [2, count], [4, place - start], [4, start], [2, 0]));
  const file = new Uint8Array(place);
  let at = 0;
  for (const chunk of chunks) {
    file.set(chunk, at);
    at += chunk.length;
  }
  return file;
}

/** The archive of a pickle and its storages. */
export function torchFile(pickle: Uint8Array, storages: Readonly<Record<string, Uint8Array>> = {}): Uint8Array {
  return zipFile([
    { name: 'a/data.pkl', bytes: pickle },
    ...Object.entries(storages).map(([key, bytes]) => ({ name: `a/data/${key}`, bytes })),
  ]);
}

type Field = readonly [bytes: 2 | 4, value: number];

const words = (values: readonly number[]): Field[] => values.map((value) => [4, value]);

function record(...fields: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let place = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(place, value, true);
    else view.setUint32(place, value, true);
    place += size;
  }
  return bytes;
}
