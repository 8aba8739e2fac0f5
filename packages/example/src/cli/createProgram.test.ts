import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatasetError, ImageError } from '@crossmodal/dataset';
import { CommanderError } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { recordingTerminal, type RecordingTerminal } from '../__fixtures__/recordingTerminal.js';
import { temporaryFolder } from '../__fixtures__/tinyWorld.js';
import { ConfigError } from '../config/ConfigError.js';
import { createProgram } from './createProgram.js';
import { EXIT, exitCodeOf } from './exitCodes.js';

async function run(...words: string[]): Promise<RecordingTerminal> {
  const terminal = recordingTerminal();
  const program = createProgram(terminal);
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .configureOutput({ writeOut: terminal.print, writeErr: (text) => void terminal.lines.push(text) });
  }
  await program.parseAsync(words, { from: 'user' });
  return terminal;
}

const tiny = '--image-size 48 --patch-size 16 --hidden-size 16 --intermediate-size 16 --num-attention-heads 2'.split(
  ' ',
);

describe('the whole path on a tiny world', () => {
  const folder = temporaryFolder();
  const csv = join(folder, 'world', 'reviews.csv');
  const project = join(folder, 'runs');
  const first = join(project, 'train-1');
  let training: RecordingTerminal;

  beforeAll(async () => {
    const world = await run('synth', join(folder, 'world'), '--train', '48', '--validation', '16', '--test', '16');
    expect(world.results).toEqual([csv]);
    training = await run(
      ...[
        'train',
        '--data',
        csv,
        '--split-column',
        'split',
        '--epochs',
        '2',
        '--batch-size',
        '16',
        '--report-samples',
        '2',
      ],
      ...['--project', project, '--backend', 'wasm', ...tiny],
    );
  });

  it('train leaves the run folder of the guide', () => {
    expect(readdirSync(first).sort()).toEqual([
      'checkpoints',
      'config.json',
      'data.json',
      'environment.json',
      'explanations.json',
      'figures',
      'metrics.json',
      'predictions.jsonl',
      'report.html',
      'results.csv',
      'run.log',
    ]);
    expect(readFileSync(join(first, 'results.csv'), 'utf8').trim().split('\n')).toHaveLength(3);
    expect(readFileSync(join(first, 'predictions.jsonl'), 'utf8').trim().split('\n')).toHaveLength(32);
    expect(readFileSync(join(project, 'latest'), 'utf8')).toBe('train-1\n');
    const { config, sources } = JSON.parse(readFileSync(join(first, 'config.json'), 'utf8')) as {
      config: Record<string, unknown>;
      sources: Record<string, string>;
    };
    expect([config.epochs, sources.epochs, config.dropout, sources.dropout]).toEqual([2, 'flag', 0.1, 'default']);
  });

  it('train says the folder first, every row, both epochs, and what to do next; results alone go to standard output', () => {
    const said = training.lines.join('');
    expect(said.startsWith(`run folder: ${first}\n`)).toBe(true);
    expect(said).toContain('rows read 80 = used 80 + skipped 0; train 48, validation 16, test 16');
    expect(said).toMatch(/ 1\/2 .*\n.* 2\/2 /);
    expect(said).toContain(`crossmodal explain ${first}`);
    expect(training.results.join('')).toMatch(/^metric +value +95% interval\n/);
  });

  it('evaluate finds the same numbers again', async () => {
    const { results } = await run('evaluate', first, '--split', 'test', '--backend', 'wasm', '--json');
    const { metrics } = JSON.parse(results.join('')) as { metrics: { test: Record<string, unknown> } };
    const before = JSON.parse(readFileSync(join(first, 'metrics.json'), 'utf8')) as typeof metrics & { test: object };
    expect(Object.keys(metrics.test).length).toBeGreaterThan(4);
    expect(before.test).toMatchObject(metrics.test);
  });

  it('evaluate measures another file', async () => {
    const { results, lines } = await run('evaluate', first, '--data', csv, '--backend', 'wasm');
    expect(results.join('')).toContain('data accuracy');
    expect(lines.join('')).toContain('rows read 80 = used 80 + skipped 0');
  });

  it('predict gives one line per row, as the stored predictions say', async () => {
    const { results, lines } = await run('predict', first, '--data', csv, '--backend', 'wasm');
    const answers = results
      .join('')
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; label: string });
    expect(answers).toHaveLength(80);
    expect(lines.join('')).toContain('rows read 80 = predicted 80 + failed 0');
    const byId = new Map(answers.map(({ id, label }) => [id, label]));
    const stored = readFileSync(join(first, 'predictions.jsonl'), 'utf8').trim().split('\n');
    for (const line of stored) {
      const { id, prediction } = JSON.parse(line) as { id: string; prediction: string };
      expect(byId.get(id)).toBe(prediction);
    }
  });

  it('predict answers for one text and image', async () => {
    const image = join(folder, 'world', 'images', '000001.jpg');
    const { results } = await run('predict', first, '--text', 'see the photo', '--image', image, '--backend', 'wasm');
    const { label, probability, probabilities } = JSON.parse(results.join('')) as {
      label: string;
      probability: number;
      probabilities: Record<string, number>;
    };
    expect(probabilities[label]).toBe(probability);
    expect(Object.values(probabilities).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  });

  it('explain draws a PNG and prints what it shows', async () => {
    const image = join(folder, 'world', 'images', '000001.jpg');
    const output = join(folder, 'why.png');
    const { results } = await run(
      ...['explain', first, '--text', 'judge the handle', '--image', image, '--output', output, '--backend', 'wasm'],
    );
    expect([...readFileSync(output).subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    const { words, attention } = JSON.parse(results.join('')) as { words: { text: string }[]; attention: number[][] };
    expect(words.map(({ text }) => text)).toEqual(['judge', 'the', 'handle']);
    expect(attention.flat().reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
  });

  it('check describes the file', async () => {
    const { results } = await run('check', csv, '--split-column', 'split');
    expect(results.join('')).toMatch(/negative +39 +48.8% +23 +8 +8\n/);
    expect(results.join('')).toMatch(/image width in pixels +48 +48 +48 +48\n/);
  });

  it('a dry run leaves nothing', async () => {
    const before = readdirSync(project);
    const { lines } = await run(
      'train',
      '--data',
      csv,
      '--dry-run',
      '--project',
      project,
      '--backend',
      'wasm',
      ...tiny,
    );
    expect(lines.join('')).toContain('dry run: one step of');
    expect(lines.join('')).toMatch(
      /estimated memory of a step: [\d.]+ MB \(weights [\d.]+, .*\); (the heap of|this machine)/,
    );
    expect(readdirSync(project).filter((name) => name !== 'latest')).toEqual(
      before.filter((name) => name !== 'latest'),
    );
  });

  it('so does a run that never began', async () => {
    const before = readdirSync(project);
    const words = ['train', '--data', csv, '--label-column', 'split', '--project', project, '--freeze', 'nothing'];
    await expect(run(...words, '--backend', 'wasm', ...tiny)).rejects.toThrow('freeze: "nothing" matches none');
    expect(readdirSync(project)).toEqual(before);
  });

  it('resume without a name goes on with the latest run', async () => {
    const { lines, results } = await run('train', '--resume', '--project', project, '--backend', 'wasm');
    expect(lines[0]).toBe(`run folder: ${first}\n`);
    expect(results).toEqual(training.results);
    await expect(run('train', '--resume', '--project', temporaryFolder())).rejects.toThrow(
      'expected the name of the latest run',
    );
  });

  it('a second run gets the next number', async () => {
    await run(
      ...['train', '--data', csv, '--epochs', '1', '--no-report', '--project', project, '--backend', 'wasm', ...tiny],
    );
    expect(existsSync(join(project, 'train-2', 'metrics.json'))).toBe(true);
    expect(existsSync(join(project, 'train-2', 'report.html'))).toBe(false);
  });
});

describe('mistakes', () => {
  it.each([
    [['train', '--lerning-rate', '1'], 'Did you mean --learning-rate?'],
    [['train', '--epochs', 'many'], 'Expected a number, e.g. 10.'],
    [['train', '--fusion-strategy', 'magic'], 'Allowed choices are cross-attention'],
    [['trian'], 'Did you mean train?'],
  ])('%j is answered with what to write instead', async (words, hint) => {
    const error: unknown = await run(...words).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommanderError);
    expect((error as Error).message).toContain(hint);
  });

  it.each([
    [['train', '--epochs', '0'], ConfigError, 'epochs', EXIT.usage],
    [['train', '--patch-size', '7'], ConfigError, 'patchSize must divide imageSize, got 7 and 48', EXIT.usage],
    [['train', '--data', '/nowhere/reviews.csv'], DatasetError, 'there is none', EXIT.badData],
    [['predict', '/nowhere', '--text', 'x'], ConfigError, 'expected a run folder', EXIT.usage],
    [['predict', '/nowhere'], ConfigError, 'pass either --text (with --image) or --data FILE', EXIT.usage],
    [['evaluate', '/nowhere'], ConfigError, 'expected a run folder', EXIT.usage],
  ] as const)('%j ends with its exit code', async (words, kind, message, code) => {
    const project = join(temporaryFolder(), 'runs');
    const flags = words[0] === 'train' ? ['--project', project] : [];
    const error: unknown = await run(...words, ...flags).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain(message);
    expect(exitCodeOf(error)).toBe(code);
  });

  it('names the missing piece of a backend that cannot start', async () => {
    const error: unknown = await run('train', '--backend', 'tensorflow-gpu', '--project', temporaryFolder()).catch(
      (reason: unknown) => reason,
    );
    expect((error as Error).message).toContain('crossmodal setup tensorflow --gpu');
    expect(exitCodeOf(error)).toBe(EXIT.usage);
  });

  it('an image that cannot be read is bad data', () => {
    expect(exitCodeOf(new ImageError('a.jpg', 'missing', 'no such file'))).toBe(EXIT.badData);
    expect(exitCodeOf(new Error('other'))).toBe(EXIT.failed);
  });
});

it('every setting is a flag with help, in its group', async () => {
  const terminal = recordingTerminal();
  const program = createProgram(terminal);
  const train = program.commands.find((command) => command.name() === 'train');
  const help = train?.helpInformation() ?? '';
  for (const title of ['Data settings:', 'Model settings:', 'Training settings:', 'Output settings:']) {
    expect(help).toContain(title);
  }
  expect(help).toMatch(/--learning-rate <number> +peak learning rate/);
  const { results } = await run('config', '--epochs', '3', '--data', 'x.csv');
  expect(results.join('')).toContain('epochs: 3\n');
});
