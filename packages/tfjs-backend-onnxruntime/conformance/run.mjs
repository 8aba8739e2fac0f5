/**
 * Runs TensorFlow.js's own conformance suite, which is inside `@tensorflow/tfjs-core`, on one backend.
 *
 *   node packages/tfjs-backend-onnxruntime/conformance/run.mjs [--backend cpu|onnxruntime] [--smallest-work 0] [--dirty-memory] [--only TEXT]
 *        [--json FILE]
 *
 * With --dirty-memory every tensor's memory is used again, and overwritten before.
 * Prints how many tests passed, and the names of those that did not. FILE receives the names of all tests.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runSuite } from './runSuite.mjs';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'onnxruntime' },
    'smallest-work': { type: 'string' },
    'dirty-memory': { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});
const work = values['smallest-work'];
const results = await runSuite({
  backend: values.backend,
  smallestWork: work === undefined ? undefined : Number(work),
  dirtyMemory: values['dirty-memory'],
  only: values.only,
});
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(results));
const { passed, failed, pending } = results;
for (const { name, message } of failed) console.log(`FAIL ${name}\n     ${message}`);
for (const name of pending) console.log(`skipped by the suite: ${name}`);
console.log(
  `${values.backend}: ${passed.length} passed, ${failed.length} failed, ${pending.length} skipped by the suite`,
);
// Some of its tests leave timers behind.
process.exit(failed.length === 0 && passed.length > 0 ? 0 : 1);
