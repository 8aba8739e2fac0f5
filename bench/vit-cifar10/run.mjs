/**
 * Compares a Vision Transformer that somebody else trained with the logits of an independent implementation.
 *
 * Usage: node bench/vit-cifar10/run.mjs <folder>
 */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleScript } from '../lib/bundleScript.mjs';
import { printTable } from '../lib/printTable.mjs';
import { startSide } from '../lib/startSide.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [, , folder] = process.argv;
if (!folder) {
  console.error('bench/vit-cifar10: a folder is needed, got none. Usage: node bench/vit-cifar10/run.mjs <folder>');
  process.exit(2);
}
const side = startSide('vit-cifar10', process.execPath, [bundleScript(join(here, 'measure.mjs')), resolve(folder)]);
try {
  const { files, between } = await side.ask({});
  const columns = ['file', 'pictures', 'largestDifference', 'sameChoice', 'accuracy', 'referenceAccuracy'];
  const rows = files.map((file) => ({ ...file, largestDifference: file.largestDifference.toExponential(1) }));
  printTable([columns, ...rows.map((row) => columns.map((column) => row[column]))]);
  console.log(`\nThe two files give ${between} at most between them.`);
} finally {
  side.stop();
}
