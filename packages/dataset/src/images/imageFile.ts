import { constants, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { ImageError } from '../errors/ImageError.js';
import { sniffFormat, type ImageFormat } from './sniffFormat.js';

/** Files larger than this are not opened. */
const MAX_FILE_BYTES = 100 * 2 ** 20;

/** A file's bytes and what they are. */
export interface ImageFile {
  readonly bytes: Uint8Array;
  readonly format: ImageFormat;
}

/**
 * Reads an image file after looking at what it is. SVG, PDF and other formats of documents are refused.
 *
 * This is the gate before libvips. Its untrusted loaders could be blocked as well, but only for the whole process, which may
 * use sharp for other things.
 */
export async function readImageFile(path: string): Promise<ImageFile> {
  const file = await openFile(path);
  try {
    const { size } = checkKind(path, await file.stat());
    if (size > MAX_FILE_BYTES) {
      throw new ImageError(path, 'too large', `expected at most ${MAX_FILE_BYTES} bytes, got ${size}`);
    }
    const bytes = new Uint8Array(await file.readFile());
    const format = sniffFormat(bytes);
    if (!format) {
      const found = bytes.length === 0 ? 'an empty file' : 'something else';
      throw new ImageError(path, 'unsupported format', `expected JPEG, PNG, WebP, GIF, TIFF or AVIF, got ${found}`);
    }
    return { bytes, format };
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    // Looked at before it is opened: opening may already do something to a device.
    checkKind(path, await stat(path));
    // Without O_NONBLOCK, opening a pipe that took the file's place would wait for a writer for ever.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof ImageError) throw error;
    const { code } = error as NodeJS.ErrnoException; // fs rejects with these, and with ERR_INVALID_ARG_VALUE for NUL
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new ImageError(path, 'missing', 'no such file', { cause: error });
    throw new ImageError(path, 'unreadable', code ?? 'cannot be opened', { cause: error });
  }
}

function checkKind(path: string, found: Stats): Stats {
  if (found.isFile()) return found;
  const kind = found.isDirectory() ? 'a folder' : 'a device, pipe or socket';
  throw new ImageError(path, 'not a file', `expected a regular file, got ${kind}`);
}
