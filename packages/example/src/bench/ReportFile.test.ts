import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/tinyWorld.js';
import { ConfigError } from '../config/ConfigError.js';
import type { BenchReport } from './BenchReport.js';
import { ReportFile } from './ReportFile.js';

it('keeps what was there until there is something new, and leaves nothing beside it', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'bench.json');
  writeFileSync(path, 'before');
  const file = new ReportFile(path);
  expect(readFileSync(path, 'utf8')).toBe('before');
  file.release();
  expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['bench.json'], 'before']);
  const second = new ReportFile(path);
  second.write({ formatVersion: 1 } as BenchReport);
  second.release();
  expect(readdirSync(folder)).toEqual(['bench.json']);
  expect(readFileSync(path, 'utf8')).toBe('{\n  "formatVersion": 1\n}\n');
});

it('refuses what cannot be written', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'there'));
  expect(() => new ReportFile(join(folder, 'there'))).toThrow(ConfigError);
  expect(() => new ReportFile(join(folder, 'there'))).toThrow('there (it is a folder). Nothing was measured.');
  expect(() => new ReportFile(join(folder, 'not-there', 'bench.json'))).toThrow(/not-there\/bench\.json \(ENOENT/);
  expect(readdirSync(folder)).toEqual(['there']);
});
