/**
 * Compiles each WebAssembly text into a module of base64 beside it. Tests compare the two.
 *
 *   node scripts/build-wat.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import loadWabt from 'wabt';

const sources = [
  'packages/backends/src/batchedMatMul/batchedMatMul.wat',
  'packages/image-encoder/src/preprocessing/resample/resample.wat',
  'packages/tfjs-backend-onnxruntime/src/streams/streams.wat',
];

const wabt = await loadWabt();
for (const source of sources) {
  const path = fileURLToPath(new URL(`../${source}`, import.meta.url));
  const name = basename(path, '.wat');
  const module = wabt.parseWat(`${name}.wat`, readFileSync(path, 'utf8'), { simd: true });
  module.validate();
  const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64');
  const lines = base64.match(/.{1,100}/g) ?? [];
  writeFileSync(
    path.replace(/\.wat$/, 'Bytes.ts'),
    `/** The compiled form of \`${name}.wat\`; made by \`scripts/build-wat.mjs\`. */
export function ${name}Bytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

const base64 =
${lines.map((line) => `  '${line}'`).join(' +\n')};
`,
  );
}
