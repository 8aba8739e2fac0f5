/**
 * Runs a script for each folder in a fresh process: `load` prints what loading took on the cpu backend, `compare` how far the outputs on the
 * wasm backend are from Python's.
 *
 * Usage: node bench/load/run.mjs load|compare <folder> [<folder> ...]
 */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleScript } from '../lib/bundleScript.mjs';
import { printTable } from '../lib/printTable.mjs';
import { startSide } from '../lib/startSide.mjs';

/** The largest difference that is allowed. */
const TOLERANCE = 1e-4;
const here = dirname(fileURLToPath(import.meta.url));
const [script, ...folders] = process.argv.slice(2);
if (!['load', 'compare'].includes(script) || folders.length === 0) {
  console.error(
    'bench/load: a script and folders are needed. Usage: node bench/load/run.mjs load|compare <folder> [<folder> ...]',
  );
  process.exit(2);
}
const bundle = bundleScript(join(here, `${script}.mjs`));
const results = [];
for (const folder of folders) {
  const side = startSide(folder, process.execPath, [bundle]);
  try {
    results.push(...(await side.ask({ folder: resolve(folder) })));
  } finally {
    side.stop();
  }
}
if (script === 'load') {
  const columns = ['folder', 'seconds', 'peakMegabytes', 'tensorMegabytes', 'ratio'];
  printTable([columns, ...results.map((result) => columns.map((column) => result[column]))]);
} else {
  printTable([
    ['folder', 'encoder', 'largest difference', 'of each output'],
    ...results.map(({ folder, encoder, largest, differences }) => [
      folder,
      encoder,
      describe(largest),
      Object.entries(differences)
        .map(([name, value]) => `${name} ${describe(value)}`)
        .join(', '),
    ]),
  ]);
  // JSON has null in place of what is not a number, which is no small difference.
  if (!results.every(({ largest }) => largest !== null && largest < TOLERANCE)) process.exitCode = 1;
}

function describe(difference) {
  return difference === null ? 'not a number' : difference.toExponential(1);
}
