import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSafetensors, serializeSafetensors } from '@crossmodal/weights';
import { Command } from 'commander';
import { beforeAll, expect, it } from 'vitest';
import { recordingTerminal } from '../__fixtures__/recordingTerminal.js';
import { temporaryFolder, tinySettings, tinyWorld } from '../__fixtures__/tinyWorld.js';
import { findCheckpoint } from '../pipeline/loadRun.js';
import { train } from '../pipeline/train.js';
import { addExportCommand } from './export.js';

const folder = temporaryFolder();
let checkpoint: string;

beforeAll(async () => {
  await tinyWorld(folder);
  const settings = { ...tinySettings(folder), fusionStrategy: 'text-only', epochs: 1, report: false } as const;
  checkpoint = findCheckpoint((await train(settings)).path);
});

async function runExport(...words: string[]): Promise<string> {
  const terminal = recordingTerminal();
  const program = new Command().exitOverride();
  addExportCommand(program, terminal);
  await program.parseAsync(['export', ...words], { from: 'user' });
  return terminal.results.join('\n');
}

const kilobytes = (output: string, name: string): string => (statSync(join(output, name)).size / 1e3).toFixed(1);

it('says what it wrote, and where the values are', async () => {
  const output = join(folder, 'one');
  const said = await runExport(checkpoint, '--output', output);
  expect(said).toContain(`${output}/model.onnx, ${kilobytes(output, 'model.onnx')} kB, from ${checkpoint}`);
  expect(said).not.toContain('model.onnx.data');
  expect(said).not.toContain('float32');
  expect(readdirSync(output)).not.toContain('model.onnx.data');
});

it('puts values into a second file where it is told to', async () => {
  const output = join(folder, 'two');
  const said = await runExport(checkpoint, '--output', output, '--external-data');
  const size = kilobytes(output, 'model.onnx.data');
  expect(said).toContain(`${output}/model.onnx.data, ${size} kB: its values; keep both together`);
  const json = JSON.parse(await runExport(checkpoint, '--output', output, '--external-data', '--json')) as object;
  const bytes = statSync(join(output, 'model.onnx.data')).size;
  expect(json).toMatchObject({ externalData: { name: 'model.onnx.data', bytes }, keptFloat32: [] });
});

it.each([1, 7])('counts and names what float16 cannot hold: %i', async (count) => {
  const changed = join(folder, `changed-${count}`);
  cpSync(checkpoint, changed, { recursive: true });
  const file = join(changed, 'text-encoder/model.safetensors');
  const weights = parseSafetensors(readFileSync(file));
  const matrices = [...weights].filter(([name, { shape }]) => shape.length === 2 && /layer.*weight|pooler/.test(name));
  for (const [, { data }] of matrices.slice(0, count)) data[0] = 70_000;
  writeFileSync(file, serializeSafetensors(weights));
  const said = await runExport(changed, '--output', join(folder, 'halves'), '--precision', 'float16');
  const [line = ''] = said.split('\n').filter((each) => each.includes('float32'));
  const [start = '', names = ''] = line.split(': ');
  const matricesStay = count === 1 ? '1 matrix stays' : '7 matrices stay';
  expect(start).toBe(`${matricesStay} float32, for float16 cannot hold the values`);
  expect(names.match(/textEncoder\.\S+\.weight/g)).toHaveLength(Math.min(count, 5));
  expect(names.endsWith(' and 2 more')).toBe(count === 7);
});
