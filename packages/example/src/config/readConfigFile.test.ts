import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfigFile } from './readConfigFile.js';

describe('readConfigFile', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crossmodal-config-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const read = async (text: string): Promise<Record<string, unknown>> => {
    await writeFile(join(folder, 'c.yaml'), text);
    return readConfigFile(join(folder, 'c.yaml'));
  };

  it('reads YAML and JSON', async () => {
    expect(await read('epochs: 3\nfreeze: [textEncoder]')).toEqual({ epochs: 3, freeze: ['textEncoder'] });
    expect(await read('{"epochs": 3}')).toEqual({ epochs: 3 });
  });

  it('gives line and column of a syntax error and of a duplicate key', async () => {
    await expect(read('epochs: 3\nname: [')).rejects.toThrow(/c\.yaml:2:\d+/);
    await expect(read('epochs: 3\nepochs: 4')).rejects.toThrow(/c\.yaml:2:1: Map keys must be unique/);
  });

  it('runs no code and expands no bomb', async () => {
    await expect(read('a: !!js/function "function () {}"')).rejects.toThrow(/c\.yaml:1/);
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefg'.split('').map(
        (key, i) =>
          `${key}: &${key} [${Array(9)
            .fill(`*${'abcdef'[i] ?? ''}`)
            .join(', ')}]`,
      ),
    ];
    await expect(read(bomb.join('\n'))).rejects.toThrow(/alias/i);
  });

  it('refuses a file that holds no fields, and one that is not there', async () => {
    await expect(read('- 1')).rejects.toThrow(/must hold fields and values/);
    await expect(readConfigFile(join(folder, 'none.yaml'))).rejects.toThrow(/none\.yaml: cannot be read/);
  });
});
