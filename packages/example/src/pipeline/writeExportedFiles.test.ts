import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommitError } from '@crossmodal/weights';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/tinyWorld.js';
import { writeExportedFiles } from './writeExportedFiles.js';

const root = temporaryFolder();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
type Pieces = () => Iterable<Uint8Array>;

function twoFiles(model: string, chunks: Pieces): Parameters<typeof writeExportedFiles>[1] {
  return { model: bytes(model), externalData: { name: 'model.onnx.data', bytes: 0, chunks } };
}

/** A folder that holds an older export and a file of somebody else. */
function olderExport(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries({ ...files, 'notes.txt': 'mine' })) writeFileSync(join(folder, file), text);
  return folder;
}

function contents(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

it('replaces a model in two files by one in one file, and leaves the files of others', async () => {
  const folder = olderExport('to-one', { 'model.onnx': 'old', 'model.onnx.data': 'old values', 'config.json': '{}' });
  await writeExportedFiles(folder, { model: bytes('new'), externalData: undefined }, [['config.json', '{"a":1}']]);
  expect(contents(folder)).toEqual({ 'model.onnx': 'new', 'config.json': '{"a":1}', 'notes.txt': 'mine' });
});

it('has no model in the folder while the values change, and the new one comes after everything else', async () => {
  const folder = olderExport('to-two', { 'model.onnx': 'old', 'model.onnx.data': 'old values' });
  const seen: string[][] = [];
  const other = function* (): Generator<Uint8Array, undefined> {
    seen.push(readdirSync(folder).filter((name) => name.startsWith('model.onnx')));
    expect(readFileSync(join(folder, 'model.onnx.data'), 'utf8')).toBe('new values');
    yield bytes('{}');
  };
  const files = twoFiles('new', () => [bytes('new '), bytes('values')]);
  await writeExportedFiles(folder, files, [['config.json', other()]]);
  expect(seen).toEqual([['model.onnx.data']]);
  const written = { 'model.onnx': 'new', 'model.onnx.data': 'new values', 'config.json': '{}' };
  expect(contents(folder)).toEqual({ ...written, 'notes.txt': 'mine' });
});

it('leaves the older export as it was when the values cannot be written whole', async () => {
  const old = { 'model.onnx': 'old', 'model.onnx.data': 'old values', 'config.json': '{}' };
  const folder = olderExport('broken', old);
  const broken: Pieces = function* () {
    yield bytes('new ');
    throw new RangeError('no more values');
  };
  const attempt = writeExportedFiles(folder, twoFiles('new', broken), [['config.json', 'new']]);
  await expect(attempt).rejects.toThrow(CommitError);
  expect(contents(folder)).toEqual({ ...old, 'notes.txt': 'mine' });
});
