import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ImageFormat } from '../images/sniffFormat.js';
import type { FetchedImage } from './readImageBody.js';
import { replaceFile } from './replaceFile.js';

const extensions: Readonly<Record<ImageFormat, string>> = {
  jpeg: 'jpg',
  png: 'png',
  webp: 'webp',
  gif: 'gif',
  tiff: 'tif',
  avif: 'avif',
};

/** Where an image lies. */
export interface StoredFile {
  /** Name in the folder: half of the hash, and an extension by content. */
  readonly file: string;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
}

/** Writes an image under a name that its content gives; the same picture from two addresses is one file. */
export async function storeImage(folder: string, { bytes, format }: FetchedImage): Promise<StoredFile> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = `${sha256.slice(0, 32)}.${extensions[format]}`;
  await replaceFile(join(folder, file), (handle) => handle.writeFile(bytes));
  return { file, sha256 };
}

/** Whether a name may be one that {@link storeImage} gave. */
export function isStoredName(name: string): boolean {
  return /^[0-9a-f]{32}\.[a-z]{3,4}$/.test(name);
}
