/**
 * Runs TensorFlow.js's own conformance suite on the cpu backend and on onnxruntime: once with every kernel in ONNX Runtime and all memory
 * used again and overwritten before, and once as users have it. What passes on cpu must pass there.
 *
 *   node packages/tfjs-backend-onnxruntime/conformance/compare.mjs [--report FILE]     FILE receives the counts of tests as JSON
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { report: { type: 'string' } } });

/** Tests that are about the cpu backend itself: TensorFlow.js runs them on no other. */
const cpuOnly = [
  'Switching cpu backends cpu {} Move data from cpu1 to cpu2 backend',
  'Switching cpu backends cpu {} can execute op with data from mixed backends',
];

const [cpu, ...others] = await Promise.all([
  run('cpu', ['--backend', 'cpu']),
  run('onnxruntime, every kernel, dirty memory', [
    '--backend',
    'onnxruntime',
    '--smallest-work',
    '0',
    '--dirty-memory',
  ]),
  run('onnxruntime, as by default', ['--backend', 'onnxruntime']),
]);
let numPassedTests = 0;
let numFailedTests = 0;
for (const { name, results } of others) {
  const passed = new Set(results.passed.map(withoutBackend));
  const lacking = cpu.results.passed.filter((test) => !passed.has(withoutBackend(test)) && !cpuOnly.includes(test));
  const failed = results.failed.map(({ name: test, message }) => `${test}\n     ${message}`);
  const failedNames = new Set(results.failed.map(({ name: test }) => withoutBackend(test)));
  const missing = lacking
    .filter((test) => !failedNames.has(withoutBackend(test)))
    .map((test) => `${test}\n     did not run`);
  for (const test of [...failed, ...missing]) console.log(`FAIL on ${name}: ${test}`);
  numPassedTests += results.passed.length;
  numFailedTests += failed.length + missing.length;
}
for (const { name, results, seconds } of [cpu, ...others]) {
  const { passed, failed, pending } = results;
  console.log(
    `${name}: ${passed.length} passed, ${failed.length} failed, ${pending.length} skipped by the suite, ${seconds} s`,
  );
}
if (values.report !== undefined) writeFileSync(values.report, JSON.stringify({ numPassedTests, numFailedTests }));
process.exit(numFailedTests === 0 && numPassedTests > 0 ? 0 : 1);

/** Runs the suite in a process of its own, for TensorFlow.js has one engine per process. */
async function run(name, args) {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const file = join(folder, 'results.json');
  const startedAt = performance.now();
  try {
    // Its tests print warnings on purpose.
    const child = spawn(process.execPath, [join(here, 'run.mjs'), ...args, '--json', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let messages = '';
    child.stderr.on('data', (data) => (messages += data));
    await new Promise((resolve) => child.on('close', resolve));
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    return { name, results: read(file, messages), seconds };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function read(file, messages) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`conformance: the suite must run to its end, but it ended with\n${messages}`);
  }
}

/** The suite puts the name of the backend into the names of tests. */
function withoutBackend(test) {
  return test.replace(/ (?:cpu|onnxruntime) \{\}/g, '');
}
