/**
 * Compiles `batchedMatMul.wat` into `batchedMatMulBytes.ts` beside it. A test compares the two.
 *
 *   node scripts/build-wat.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import loadWabt from 'wabt';

const folder = fileURLToPath(new URL('../packages/backends/src/batchedMatMul/', import.meta.url));
const wabt = await loadWabt();
const module = wabt.parseWat('batchedMatMul.wat', readFileSync(`${folder}batchedMatMul.wat`, 'utf8'), { simd: true });
module.validate();
const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64');
const lines = base64.match(/.{1,100}/g) ?? [];
writeFileSync(
  `${folder}batchedMatMulBytes.ts`,
  `/** The compiled form of \`batchedMatMul.wat\`; made by \`scripts/build-wat.mjs\`. */
export function batchedMatMulBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

const base64 =
${lines.map((line) => `  '${line}'`).join(' +\n')};
`,
);
