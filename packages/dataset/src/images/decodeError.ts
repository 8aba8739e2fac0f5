import { ImageError } from '../errors/ImageError.js';
import type { ImageFormat } from './sniffFormat.js';

const LONGEST_DETAIL = 160;

/** Says in our words what sharp complained about. */
export function decodeError(path: string, format: ImageFormat, error: unknown): ImageError {
  const text = (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, LONGEST_DETAIL) ?? '';
  const reason = /pixel limit/i.test(text) ? 'too large' : 'unreadable';
  return new ImageError(path, reason, `${format}: ${text}`, { cause: error });
}
