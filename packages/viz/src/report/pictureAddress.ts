import { type ReportPicture } from './ReportSample.js';

/** A picture larger than this does not belong in a page. */
const MAX_PICTURE_BYTES = 2 * 1024 * 1024;

/**
 * The `data:` address of a picture, whose kind is read from its first bytes.
 *
 * @returns `null` for a picture of more than 2 MiB
 * @throws `TypeError` for bytes that are neither PNG nor JPEG, or a string that is no `data:` address of a picture
 */
export function pictureAddress({ source }: ReportPicture): string | null {
  if (typeof source === 'string') {
    if (!/^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$/.test(source)) {
      throw new TypeError(
        'renderReport: a picture must be bytes or a base64 data: address of a PNG, JPEG, GIF or WebP file, ' +
          `got a string of ${source.length} characters. Read the file and give its bytes.`,
      );
    }
    return source.length > MAX_PICTURE_BYTES * (4 / 3) ? null : source;
  }
  const kind = startsWith(source, [0x89, 0x50, 0x4e, 0x47])
    ? 'png'
    : startsWith(source, [0xff, 0xd8, 0xff])
      ? 'jpeg'
      : null;
  if (kind === null) {
    throw new TypeError(
      `renderReport: a picture must be a PNG or JPEG file, got ${source.length} bytes that are neither. Encode the pixels first.`,
    );
  }
  return source.length > MAX_PICTURE_BYTES ? null : `data:image/${kind};base64,${toBase64(source)}`;
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}

function toBase64(bytes: Uint8Array): string {
  const chunks: string[] = [];
  // Spreading all at once would overflow the stack.
  for (let i = 0; i < bytes.length; i += 0x8000) chunks.push(String.fromCharCode(...bytes.subarray(i, i + 0x8000)));
  return btoa(chunks.join(''));
}
