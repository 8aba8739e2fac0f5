import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from './temporaryFolder.js';

const root = resolve(import.meta.dirname, '..');
const program = join(root, 'packages/example/bin/crossmodal.js');
const folder = temporaryFolder('pretrained-model');
/** A whole CLIP as it is published: both towers in one file, a byte-level tokenizer, its preprocessing. */
const clip = join(folder, 'clip');
const trainWords = [
  ...'train --data world/reviews.csv --split-column split --text-model clip --image-model clip'.split(' '),
  ...'--hidden-size 16 --batch-size 8 --report-samples 1 --backend wasm'.split(' '),
];

function crossmodal(...words: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [program, ...words], { cwd: folder, encoding: 'utf8' });
}

beforeAll(() => {
  cpSync(join(root, 'parity/models/clip'), clip, { recursive: true });
  expect(crossmodal('synth', 'world', '--train', '48', '--validation', '16', '--test', '16').status).toBe(0);
});

it('info says what both towers are, and how to use them', () => {
  const { status, stdout } = crossmodal('info', 'clip');
  expect(status).toBe(0);
  for (const said of [
    'model_type     clip',
    'text encoder   22,688 parameters',
    'image encoder  14,480 parameters',
    'shorter side to 32, bicubic, the middle 32 x 32',
    'crossmodal train --data reviews.csv --text-model clip --image-model clip',
  ]) {
    expect(stdout).toContain(said);
  }
});

it('both towers of one file train, are explained and predict; what was frozen stays as it was published', () => {
  const trained = crossmodal(...trainWords, '--freeze', 'encoders', '--epochs', '2');
  expect(trained.stderr).not.toContain('error');
  expect(trained.status).toBe(0);
  const { stdout } = crossmodal(
    'predict',
    'runs/train-1',
    '--text',
    'a good lamp',
    '--image',
    'world/images/000001.jpg',
  );
  expect((JSON.parse(stdout) as { probability: number }).probability).toBeGreaterThanOrEqual(0.5);
  const { checkpoint } = JSON.parse(readFileSync(join(folder, 'runs/train-1/checkpoints/best.json'), 'utf8')) as {
    checkpoint: string;
  };
  const saved = join('runs/train-1/checkpoints', checkpoint);
  const { stdout: said } = crossmodal('info', join(saved, 'text-encoder'), '--json');
  expect(JSON.parse(said)).toMatchObject({ modelType: 'clip_text_model', problems: [] });
});

it('a run goes on with the model that it began with', () => {
  expect(
    crossmodal(...trainWords, '--lora', '2', '--epochs', '2', '--max-time', '0.0001', '--name', 'adapted').status,
  ).toBe(0);
  expect(crossmodal('train', '--resume', 'runs/adapted-1').status).toBe(0);
});
