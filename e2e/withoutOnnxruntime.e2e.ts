import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { cpSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { installTarballs } from './installTarballs.js';

let project = '';
const installed = (): string => join(project, 'node_modules/onnxruntime-node');
/** The real package, of which the project has a link. */
let whole = '';

beforeAll(() => {
  project = installTarballs('without-onnxruntime', { type: 'module' }, ['@crossmodal/example']);
  whole = realpathSync(installed());
  const sizes = ['--train', '48', '--validation', '16', '--test', '16'];
  const made = crossmodal('synth', 'world', ...sizes);
  expect(made.status, made.stderr).toBe(0);
});

function crossmodal(...words: string[]): SpawnSyncReturns<string> {
  const program = join(project, 'node_modules/@crossmodal/example/bin/crossmodal.js');
  // A machine of its own: nothing was measured there, and no native TensorFlow is set up.
  const env = { ...process.env, XDG_CACHE_HOME: join(project, 'cache'), CROSSMODAL_TENSORFLOW_DIR: '' };
  return spawnSync(process.execPath, [program, ...words], { cwd: project, encoding: 'utf8', env });
}

const train =
  'train --data world/reviews.csv --split-column split --image-size 48 --patch-size 16 --hidden-size 16 --intermediate-size 16 --epochs 1 --no-report';

/** What can have become of the package, how `crossmodal` says so, and the command that it names. */
const states: readonly (readonly [string, () => void, string])[] = [
  ['absent', () => undefined, 'onnxruntime-node must be installed, got none.'],
  [
    'of another version',
    () => {
      cpSync(whole, installed(), { recursive: true });
      const manifest = { name: 'onnxruntime-node', version: '1.20.1', main: 'dist/index.js' };
      writeFileSync(join(installed(), 'package.json'), JSON.stringify(manifest));
    },
    'onnxruntime-node must be version 1.30.0, got 1.20.1.',
  ],
  [
    'without its native part, as an install that failed leaves it',
    () => {
      mkdirSync(installed());
      for (const part of ['package.json', 'dist', 'lib']) {
        cpSync(join(whole, part), join(installed(), part), { recursive: true });
      }
    },
    'onnxruntime-node 1.30.0 must load on',
  ],
];

describe.each(states)('onnxruntime-node %s', (_, leave, sentence) => {
  beforeAll(() => {
    rmSync(installed(), { recursive: true, force: true });
    rmSync(join(project, 'cache'), { recursive: true, force: true });
    leave();
  });

  it('train takes wasm by itself, says why, and ends well', () => {
    const { status, stderr } = crossmodal(...train.split(' '));
    expect(stderr).toMatch(/^backend wasm /m);
    expect(stderr).toContain('onnxruntime not used:');
    expect(stderr).toContain(sentence);
    expect(status).toBe(0);
  });

  it('doctor says what is missing and which command brings it', () => {
    const { status, stdout } = crossmodal('doctor');
    expect(stdout).toMatch(/^ {2}onnxruntime +missing/m);
    expect(stdout).toContain(sentence);
    expect(stdout).toContain('npm install onnxruntime-node@1.30.0');
    expect(stdout).toContain('--backend auto takes wasm');
    expect(status).toBe(0);
  });
});
