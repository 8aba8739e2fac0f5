import { appendFile, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PartFile } from './PartFile.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hour = 3_600_000;

describe('PartFile', () => {
  let root: string;
  let target: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'crossmodal-part-'));
    target = join(root, 'content');
  });
  afterEach(() => rm(root, { recursive: true }));

  it('is taken over by one of those who come next, with its ETag', async () => {
    const part = await PartFile.claim(target, hour);
    await part.restart('"v1"');
    await part.append(bytes('abc'));
    await part.giveUp();
    const [one, two] = await Promise.all([PartFile.claim(target, hour), PartFile.claim(target, hour)]);
    expect([one.size, two.size].sort()).toEqual([0, 3]);
    const [taken, fresh] = one.size === 3 ? [one, two] : [two, one];
    expect([taken.etag, fresh.etag]).toEqual(['"v1"', undefined]);
    await taken.append(bytes('def'));
    await taken.finish();
    await fresh.discard();
    expect(await readdir(root)).toEqual(['content']);
    expect(await readFile(target, 'utf8')).toBe('abcdef');
  });

  it('is not taken from a process that writes', async () => {
    const part = await PartFile.claim(target, hour);
    await part.append(bytes('abc'));
    const other = await PartFile.claim(target, hour);
    expect(other.size).toBe(0);
    await Promise.all([part.discard(), other.discard()]);
  });

  it('does not mind a process that was only asleep', async () => {
    const sleeper = await PartFile.claim(target, hour);
    await sleeper.append(bytes('abc'));
    for (const name of await readdir(root)) await utimes(join(root, name), new Date(0), new Date(0));
    const part = await PartFile.claim(target, hour);
    expect(part.size).toBe(3);
    await sleeper.append(bytes('def'));
    await part.append(bytes('def'));
    await part.finish();
    expect(await readFile(target, 'utf8')).toBe('abcdef');
    await sleeper.finish();
    expect(await readFile(target, 'utf8')).toBe('abcdef');
    expect(await readdir(root)).toEqual(['content']);
  });

  it('is finished when another process has finished and cleaned up', async () => {
    const sleeper = await PartFile.claim(target, hour);
    await sleeper.append(bytes('abcdef'));
    for (const name of await readdir(root)) await utimes(join(root, name), new Date(0), new Date(0));
    const part = await PartFile.claim(target, hour);
    await part.finish();
    expect(await readdir(root)).toEqual(['content']);
    await sleeper.finish();
    expect(await readFile(target, 'utf8')).toBe('abcdef');
  });

  it('forgets an ETag that is weak, too long or no ETag, and parts of other contents', async () => {
    await appendFile(join(root, 'content2.incomplete'), 'x');
    await appendFile(join(root, 'content.incomplete.txt'), 'x');
    const part = await PartFile.claim(target, 0);
    expect(part.size).toBe(0);
    for (const etag of ['W/"v1"', `"${'x'.repeat(200)}"`, 'v1', '"a\nb"', null, undefined]) {
      await part.restart(etag);
      expect(part.etag).toBeUndefined();
    }
    await part.discard();
    expect(await readdir(root)).toEqual(['content.incomplete.txt', 'content2.incomplete']);
  });
});
