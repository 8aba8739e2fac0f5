/** Formats by their first bytes, whatever the file is called. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif';

/** As many bytes tell every format apart. */
export const SNIFFED_BYTES = 32;

/**
 * Tells an image by its content, not by its name.
 *
 * @param head - its first bytes, 32 if there are as many
 */
export function sniffFormat(head: Uint8Array): ImageFormat | undefined {
  const text = String.fromCharCode(...head.subarray(0, SNIFFED_BYTES));
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp';
  if (/^GIF8[79]a/.test(text)) return 'gif';
  if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return 'tiff';
  if (text.slice(4, 8) === 'ftyp' && /^(avif|avis)/.test(text.slice(8, 12))) return 'avif';
  return undefined;
}
