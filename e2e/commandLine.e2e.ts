import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporaryFolder.js';

const program = resolve(import.meta.dirname, '../packages/example/bin/crossmodal.js');
const folder = temporaryFolder('command-line');
const trainWords = [
  ...'train --data world/reviews.csv --split-column split --image-size 48 --patch-size 16 --hidden-size 16'.split(' '),
  ...'--intermediate-size 16 --batch-size 8 --epochs 6 --report-samples 2 --backend wasm'.split(' '),
];
/** Steps of the run above. */
const STEPS = 6 * 12;

function crossmodal(...words: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [program, ...words], { cwd: folder, encoding: 'utf8' });
}

/** The bytes of everything that was learned. */
function learned(run: string): string {
  const checkpoints = join(folder, 'runs', run, 'checkpoints');
  const { checkpoint } = JSON.parse(readFileSync(join(checkpoints, 'last.json'), 'utf8')) as { checkpoint: string };
  const parts = ['.', 'text-encoder', 'image-encoder'];
  return parts
    .map((part) => readFileSync(join(checkpoints, checkpoint, part, 'model.safetensors')).toString('base64'))
    .join();
}

/** Starts training and sends a signal once a checkpoint lies there, or after some time. */
async function trainUntil(
  signal: NodeJS.Signals,
  words: string[],
  isTime: (elapsedMs: number) => boolean,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [program, ...words], { cwd: folder });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const startedAt = performance.now();
  const timer = setInterval(() => {
    if (!isTime(performance.now() - startedAt)) return;
    clearInterval(timer);
    child.kill(signal);
  }, 20);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearInterval(timer);
  return { code, said };
}

const hasCheckpoint = (run: string) => (): boolean => existsSync(join(folder, 'runs', run, 'checkpoints', 'last.json'));

beforeAll(() => {
  expect(crossmodal('synth', 'world', '--train', '96', '--validation', '16', '--test', '16').status).toBe(0);
  expect(crossmodal(...trainWords, '--name', 'whole').status).toBe(0);
});

describe('an interrupted run', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends after %s with exit code %d, saved, and continues to the same weights', async (signal, expected) => {
    const name = signal.toLowerCase();
    const { code, said } = await trainUntil(signal, [...trainWords, '--name', name], hasCheckpoint(`${name}-1`));
    expect(said).toContain('stopping after this step');
    expect(said).toContain('crossmodal train --resume');
    expect(code).toBe(expected);
    const resumed = crossmodal('train', '--resume', join('runs', `${name}-1`));
    expect(resumed.stderr).toContain('rows read 128 = used 128 + skipped 0');
    expect(resumed.status).toBe(0);
    expect(learned(`${name}-1`)).toBe(learned('whole-1'));
    expect(existsSync(join(folder, 'runs', `${name}-1`, 'report.html'))).toBe(true);
  });

  it('survives being killed again and again: the bytes at the end are those of an uninterrupted run', async () => {
    const words = [...trainWords, '--name', 'killed'];
    await trainUntil('SIGKILL', words, hasCheckpoint('killed-1'));
    for (let attempt = 1; attempt <= 5; attempt++) {
      const { code } = await trainUntil(
        'SIGKILL',
        ['train', '--resume', 'runs/killed-1'],
        (ms) => ms > 700 + 260 * attempt,
      );
      if (code === 0) break;
    }
    const last = crossmodal('train', '--resume', 'runs/killed-1');
    expect(last.status).toBe(0);
    expect(learned('killed-1')).toBe(learned('whole-1'));
    const rows = readFileSync(join(folder, 'runs/killed-1/results.csv'), 'utf8').trim().split('\n');
    expect(rows.slice(1).map((row) => row.split(',')[0])).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(readdirSync(join(folder, 'runs/killed-1/checkpoints'))).toContain(`step-${String(STEPS).padStart(6, '0')}`);
  });
});

describe('streams', () => {
  it('carry no control character into a pipe, results on one and everything else on the other', () => {
    const { stdout, stderr } = crossmodal('evaluate', 'runs/whole-1', '--json');
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();

    expect(stderr).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(stderr).toContain('rows read 128');
  });

  it('may be closed by their reader', () => {
    const { status, stdout } = spawnSync(
      'bash',
      [
        '-o',
        'pipefail',
        '-c',
        `"${process.execPath}" "${program}" predict runs/whole-1 --data world/reviews.csv | head -n 1`,
      ],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty('label');
  });
});

it('train --compare trains the baselines beside the model and pairs them on the same rows', () => {
  const { status, stdout, stderr } = crossmodal(...trainWords, '--epochs', '1', '--compare');
  expect(stderr).toContain('text-only: done in');
  expect(status).toBe(0);
  expect(stdout).toMatch(/all +16 .*\n/);
  const run = join(folder, 'runs/train-compare-1');
  const { groups } = JSON.parse(readFileSync(join(run, 'comparison.json'), 'utf8')) as {
    groups: {
      group: string;
      samples: number;
      differenceTo: Record<string, { value: number; low: number; high: number }>;
    }[];
  };
  expect(groups.map(({ group }) => group)).toContain('text names the part');
  expect(Object.keys(groups[0]?.differenceTo ?? {})).toEqual(['concatenation', 'text-only', 'image-only']);
  expect(statSync(join(run, 'report.html')).size).toBeGreaterThan(10_000);
});

it('the version, the help and an unknown command', () => {
  expect(crossmodal('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(crossmodal('--help').stdout).toContain('crossmodal train --data reviews.csv');
  const unknown = crossmodal('trian');
  expect([unknown.status, unknown.stdout]).toEqual([2, '']);
  expect(unknown.stderr).toContain('Did you mean train?');
});
