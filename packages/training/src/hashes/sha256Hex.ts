/**
 * SHA-256 as 64 hexadecimal digits.
 *
 * @param contents - text counts as UTF-8
 */
export async function sha256Hex(contents: Uint8Array | string): Promise<string> {
  const bytes = typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
  // A copy for the type's sake only where the bytes are shared memory, which digests refuse.
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
