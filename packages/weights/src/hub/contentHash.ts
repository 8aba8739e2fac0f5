import { createHash, type Hash } from 'node:crypto';

/**
 * Begins the hash by which the hub knows a content: SHA-256 of a large file, SHA-1 of Git's blob of a small one.
 *
 * @param expected - in hexadecimal; its length says which of the two
 * @param size - of the content in bytes, which Git hashes before it
 */
export function contentHash(expected: string, size: number): Hash {
  return expected.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}
