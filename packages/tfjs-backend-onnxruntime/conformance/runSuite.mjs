import { mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/**
 * Runs TensorFlow.js's own tests in this process.
 *
 * @param {{ backend: string, smallestWork?: number, dirtyMemory?: boolean, only?: string }} options - `backend` is 'cpu' or 'onnxruntime';
 *   `smallestWork` and `dirtyMemory` as in `describeSuite`; `only` runs the tests whose name contains it
 * @returns {Promise<{ passed: string[], failed: { name: string, message: string }[], pending: string[] }>} names of tests; those that
 *   the suite itself skips are pending
 */
export async function runSuite({ backend, only, ...options }) {
  const jasmine = require('jasmine-core').boot();
  const environment = jasmine.getEnv();
  environment.configure({
    random: false,
    ...(only === undefined ? {} : { specFilter: (spec) => spec.getFullName().includes(only) }),
  });
  const { describeSuite } = await importBundle();
  await describeSuite(backend, options);
  const results = { passed: [], failed: [], pending: [] };
  environment.addReporter({
    specDone({ fullName: name, status, failedExpectations }) {
      if (status === 'failed') results.failed.push({ name, message: failedExpectations[0]?.message ?? '' });
      else if (status === 'passed') results.passed.push(name);
      else if (status !== 'excluded') results.pending.push(name);
    },
    // What is thrown outside of a test.
    suiteDone({ fullName: name, failedExpectations }) {
      for (const { message } of failedExpectations) results.failed.push({ name, message });
    },
  });
  await environment.execute();
  return results;
}

/** The test files have import paths without extensions, which Node does not resolve. */
async function importBundle() {
  // Inside the package, so that what is not bundled is found from there.
  const folder = join(here, '../node_modules/.cache/conformance');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `suite-${process.pid}.mjs`);
  await build({
    entryPoints: [join(here, 'suite.mjs')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    conditions: ['@crossmodal/source'],
    // TensorFlow.js says that its test files have no effects.
    ignoreAnnotations: true,
    external: ['jasmine-core'],
    banner: {
      js: "import { createRequire as require_ } from 'node:module'; const require = require_(import.meta.url);",
    },
    logLevel: 'error',
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(outfile);
  }
}
