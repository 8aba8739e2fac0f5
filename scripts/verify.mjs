/**
 * The long checks: every generated case, the tests of all backends on WebGPU with a software adapter, TensorFlow.js's own tests on
 * our backend, and what users do with the packed packages, in Node and in a browser.
 *
 *   npm run verify [-- --report FILE] [-- --generated-done]
 *
 *   --report FILE      FILE receives the summed counts of tests as JSON
 *   --generated-done   `CROSSMODAL_VERIFY=1 npm test` has run before: every generated case with all the other tests, so they are not run again
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  options: { report: { type: 'string' }, 'generated-done': { type: 'boolean', default: false } },
});
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const reports = join(root, 'node_modules/.cache/verify');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const vitest = ['node_modules/vitest/vitest.mjs', 'run'];
const runs = [
  ...(flags['generated-done']
    ? []
    : [{ name: 'all generated cases', command: [...vitest, '--config', 'vitest.generated.config.ts'] }]),
  { name: 'parity with Python', command: [...vitest, '--config', 'parity/vitest.config.ts'] },
  {
    name: 'WebGPU on SwiftShader',
    command: ['scripts/swiftshader.mjs', process.execPath, ...vitest, '--config', 'vitest.webgpu.config.ts'],
  },
  {
    name: "TensorFlow.js's conformance suite on onnxruntime",
    command: ['packages/tfjs-backend-onnxruntime/conformance/compare.mjs'],
    reportTo: (report) => ['--report', report],
  },
  {
    name: 'build',
    command: ['node_modules/nx/dist/bin/nx.js', 'run-many', '-t', 'build', '--outputStyle=static'],
    isTest: false,
  },
  { name: 'types', command: ['node_modules/typescript/bin/tsc', '-b'], isTest: false },
  { name: 'end to end', command: [...vitest, '--config', 'e2e/vitest.config.ts'] },
];

let passed = 0;
let failed = 0;
for (const [index, { name, command, isTest = true, reportTo = vitestReport }] of runs.entries()) {
  const report = join(reports, `${index}.json`);
  const reporters = isTest ? reportTo(report) : [];
  const startedAt = performance.now();
  console.log(`\n--- ${name}`);
  const { status } = spawnSync(process.execPath, [...command, ...reporters], {
    cwd: root,
    stdio: 'inherit',
  });
  const counts = isTest ? readCounts(report) : { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 };
  passed += counts.passed;
  failed += counts.failed + (status !== 0 && counts.failed === 0 ? 1 : 0);
  console.log(
    `--- ${name}: ${status === 0 ? 'ok' : 'FAILED'}, ${((performance.now() - startedAt) / 1000).toFixed(0)} s`,
  );
}
console.log(`\nverify: ${passed} passed, ${failed} failed`);
if (flags.report !== undefined)
  writeFileSync(flags.report, JSON.stringify({ numPassedTests: passed, numFailedTests: failed }));
process.exit(failed === 0 && passed > 0 ? 0 : 1);

function vitestReport(report) {
  return ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
}

/** A run that left no report counts as one failure. */
function readCounts(report) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
