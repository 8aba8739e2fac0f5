import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const bench = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Bundles a script of `bench` with the sources of our packages as they stand, so that nothing has to be built before.
 *
 * @param {string} entryPoint - path of the script
 * @returns {string} path of the bundle, below `node_modules/.cache`
 */
export function bundleScript(entryPoint) {
  const name = basename(entryPoint).replace(/\.\w+$/, '.mjs');
  const outfile = join(bench, '../node_modules/.cache/bench', relative(bench, dirname(entryPoint)), name);
  buildSync({
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    keepNames: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@crossmodal/source'],
    external: ['@tensorflow/*', '@huggingface/*', 'onnxruntime-node', 'sharp', 'webgpu'],
    // CommonJS modules in the bundle ask for it.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outfile;
}
