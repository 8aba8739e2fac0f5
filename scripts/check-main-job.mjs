/** The main job's promise, read from the newest run: accuracy on the test reviews, and where the text names the part. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const run = join('runs', readFileSync('runs/latest', 'utf8').trim());
const metrics = JSON.parse(readFileSync(join(run, 'metrics.json'), 'utf8'));
const checks = [
  ['accuracy on the test reviews', metrics.test.accuracy.value, 0.9],
  ['accuracy where the text names the part', metrics.test['accuracy (text names the part)'].value, 0.75],
];
for (const [name, value, least] of checks) {
  console.log(`${value >= least ? 'ok  ' : 'FAIL'} ${name}: ${value.toFixed(4)}, expected at least ${least}`);
}
const hasReport = existsSync(join(run, 'report.html'));
console.log(`${hasReport ? 'ok  ' : 'FAIL'} report.html`);
process.exit(hasReport && checks.every(([, value, least]) => value >= least) ? 0 : 1);
