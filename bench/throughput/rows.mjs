/**
 * Does the time per row grow with the number of rows? `crossmodal train` (one epoch), `evaluate` and `predict --data` on generated rows, each in a process of its own.
 * What was measured lies in the folder as JSON and is not measured again, so that the numbers of rows may be taken one at a time.
 *
 *   node bench/throughput/rows.mjs [--rows 1000,10000,100000] [--backend onnxruntime] [--commands train,evaluate,predict] [--out runs/throughput]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { runJob } from '../jobs/runJob.mjs';
import { printTable } from '../lib/printTable.mjs';
import { writeRows } from './writeRows.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000,10000,100000' },
    backend: { type: 'string', default: 'onnxruntime' },
    commands: { type: 'string', default: 'train,evaluate,predict' },
    out: { type: 'string', default: 'runs/throughput' },
  },
});
const out = resolve(values.out);
const here = dirname(fileURLToPath(import.meta.url));
const program = join(
  dirname(createRequire(import.meta.url).resolve('@crossmodal/example/package.json')),
  'bin/crossmodal.js',
);
mkdirSync(out, { recursive: true });

const commands = values.commands.split(',');
const counted = values.rows.split(',').map(Number);
for (const rows of counted) {
  const file = join(out, `rows-${values.backend}-${rows}.json`);
  if (existsSync(file)) continue;
  const data = await writeRows(join(out, 'data'), rows);
  const settings = { splitColumn: 'split', imageSize: 48, patchSize: 8, batchSize: 64, epochs: 1 };
  const trained = runJob({ ...settings, data, backend: values.backend, project: join(out, 'runs') });
  const { seconds } = trained;
  const output = join(out, 'predictions.jsonl');
  const others = Object.fromEntries(
    Object.entries({ evaluate: [], predict: ['--output', output] })
      .filter(([command]) => commands.includes(command))
      .map(([command, args]) => [
        command,
        runProgram([command, trained.run, '--data', data, '--backend', values.backend, ...args]),
      ]),
  );
  if (others.predict) {
    const written = readFileSync(output, 'utf8').trimEnd().split('\n').length;
    if (written !== rows) throw new Error(`rows: predict must write ${rows} lines, got ${written}.`);
  }
  rmSync(trained.run, { recursive: true });
  const result = {
    node: process.version,
    cpu: cpus()[0]?.model,
    rows,
    // Seconds, and the rows among which they are shared.
    phases: {
      'read, check, split': [seconds.data, rows],
      tokenize: [seconds.model, rows],
      'train, an epoch': [seconds.firstStep + seconds.steps, trained.rows.train],
      validate: [seconds.validation, trained.rows.validation],
      'measure the test, report': [seconds.finish, trained.rows.test],
      'train, whole command': [trained.wallSeconds, rows],
      ...Object.fromEntries(
        Object.entries(others).map(([command, { seconds: whole }]) => [`${command}, whole command`, [whole, rows]]),
      ),
    },
    peakBytes: {
      train: trained.peakBytes,
      ...Object.fromEntries(Object.entries(others).map(([command, { peakBytes }]) => [command, peakBytes])),
    },
  };
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
}

const results = counted.map((rows) =>
  JSON.parse(readFileSync(join(out, `rows-${values.backend}-${rows}.json`), 'utf8')),
);
const counts = results.map(({ rows }) => rows.toLocaleString('en'));
console.log(`${results[0].cpu}, Node ${results[0].node}, ${values.backend}\n`);
console.log('Milliseconds per row; between two numbers of rows: of each row that is more\n');
printTable([
  ['phase', ...counts.flatMap((count, i) => (i === 0 ? [count] : [`${counts[i - 1]} to ${count}`, count]))],
  ...Object.keys(results.at(-1).phases).map((phase) => [
    phase,
    ...results.flatMap(({ phases }, i) => {
      const [seconds, rows] = phases[phase];
      const own = ((seconds * 1000) / rows).toFixed(3);
      if (i === 0) return [own];
      const [secondsBefore, rowsBefore] = results[i - 1].phases[phase];
      return [(((seconds - secondsBefore) * 1000) / (rows - rowsBefore)).toFixed(3), own];
    }),
  ]),
]);
console.log('\nPeak memory of the process, MB\n');
printTable([
  ['command', ...counts],
  ...Object.keys(results.at(-1).peakBytes).map((command) => [
    command,
    ...results.map(({ peakBytes }) => (peakBytes[command] / 1e6).toFixed(0)),
  ]),
]);

function runProgram(args) {
  const file = join(out, 'peak-memory');
  const startedAt = performance.now();
  const { status } = spawnSync(
    process.execPath,
    ['--import', pathToFileURL(join(here, 'peakMemory.mjs')).href, program, ...args],
    { env: { ...process.env, PEAK_MEMORY_FILE: file }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const seconds = (performance.now() - startedAt) / 1000;
  if (status !== 0) throw new Error(`rows: crossmodal ${args[0]} must end with 0, got ${status}.`);
  return { seconds, peakBytes: Number(readFileSync(file, 'utf8')) };
}
