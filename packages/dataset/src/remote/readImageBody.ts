import type { IncomingMessage } from 'node:http';
import sharp from 'sharp';
import { sharpOptions } from '../images/sharpOptions.js';
import { sniffFormat, SNIFFED_BYTES, type ImageFormat } from '../images/sniffFormat.js';
import { FetchFailure } from './FetchFailure.js';
import type { Patience } from './Patience.js';

/** The bytes of an image, and what they are. */
export interface FetchedImage {
  readonly bytes: Uint8Array;
  readonly format: ImageFormat;
}

/**
 * Reads the body of an answer, as long as it is an image and not too large.
 *
 * @param maxBytes - most bytes
 * @param patience - renewed at each piece
 * @throws {@link FetchFailure} when it is not
 */
export async function readImageBody(
  response: IncomingMessage,
  maxBytes: number,
  patience: Patience,
): Promise<FetchedImage> {
  const { 'content-encoding': encoding = 'identity', 'content-length': announced } = response.headers;
  try {
    if (encoding !== 'identity') throw new FetchFailure('not an image', `packed with ${encoding.slice(0, 20)}`);
    if (Number(announced) > maxBytes) throw tooLarge(maxBytes, `${Number(announced)} were announced`);
    const pieces: Uint8Array[] = [];
    let length = 0;
    let format: ImageFormat | undefined;
    for await (const piece of response as AsyncIterable<Uint8Array>) {
      patience.renew();
      length += piece.length;
      if (length > maxBytes) throw tooLarge(maxBytes, 'more arrived');
      pieces.push(piece);
      // Whoever sends a page or a film is stopped at its beginning.
      if (!format && length >= SNIFFED_BYTES) format = formatOf(Buffer.concat(pieces));
    }
    const bytes = Buffer.concat(pieces);
    format ??= formatOf(bytes);
    if (announced === undefined && response.headers['transfer-encoding'] === undefined) await assertWhole(bytes);
    return { bytes, format };
  } catch (error) {
    response.destroy();
    if (isReset(error)) throw new FetchFailure('cut short', 'the connection ended', undefined, { cause: error });
    throw error;
  }
}

function tooLarge(maxBytes: number, found: string): FetchFailure {
  return new FetchFailure('too large', `expected at most ${maxBytes} bytes, ${found}`);
}

function formatOf(head: Uint8Array): ImageFormat {
  const format = sniffFormat(head);
  if (format) return format;
  const text = Buffer.from(head.subarray(0, 512)).toString('latin1').trimStart().toLowerCase();
  const found = [
    [head.length === 0, 'nothing'],
    [text.startsWith('<svg') || (text.startsWith('<?xml') && text.includes('<svg')), 'an SVG drawing'],
    [text.startsWith('<'), 'a web page'],
    [text.startsWith('{') || text.startsWith('['), 'JSON'],
  ].find(([holds]) => holds)?.[1];
  throw new FetchFailure('not an image', `got ${found ?? 'something else'}`);
}

/** An answer that tells no length ends where the connection does: whether that was too early, only the image knows. */
async function assertWhole(bytes: Uint8Array): Promise<void> {
  try {
    await sharp(bytes, sharpOptions({})).stats();
  } catch (cause) {
    throw new FetchFailure('cut short', 'the image cannot be decoded', undefined, { cause });
  }
}

function isReset(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}
