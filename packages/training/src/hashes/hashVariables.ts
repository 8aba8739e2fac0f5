import { type Variable } from '@tensorflow/tfjs-core';
import { sha256Hex } from './sha256Hex.js';

/**
 * SHA-256 over names, shapes and every bit of the values, one variable after the other.
 *
 * @param variables - by path, in any order
 */
export async function hashVariables(variables: ReadonlyMap<string, Variable>): Promise<string> {
  const described: [path: string, shape: number[], sha256: string][] = [];
  for (const [path, variable] of [...variables].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { buffer, byteOffset, byteLength } = await variable.data();
    described.push([path, variable.shape, await sha256Hex(new Uint8Array(buffer, byteOffset, byteLength))]);
  }
  return sha256Hex(JSON.stringify(described));
}
