import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readdir, readFile, readlink, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { codeOf, commit, nobody, sha, useTinyHub, weights, weightsPath } from './__fakes__/tinyHub.js';
import { ModelCache } from './ModelCache.js';

const hub = useTinyHub();
const { serve, download } = hub;

const weightsBlob = () => join(hub.modelFolder, 'blobs', sha);
const snapshotFile = (name: string) => join(hub.modelFolder, 'snapshots', commit, name);
const damage = async (modified: Date) => {
  await writeFile(weightsBlob(), new Uint8Array(weights.length));
  await utimes(weightsBlob(), modified, modified);
};
const tomorrow = new Date(Date.UTC(2200, 0, 1));

/** Runs as a user who may write nothing that is not writable for all; root may write everything. */
async function asNobody<T>(action: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return action();
  process.seteuid?.(65534);
  try {
    return await action();
  } finally {
    process.seteuid?.(0);
  }
}

async function setModeOfFolders(path: string, mode: number): Promise<void> {
  await chmod(path, mode);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await setModeOfFolders(join(path, entry.name), mode);
  }
}

describe('links in a cache', () => {
  it.each(['blobs', 'refs', 'snapshots', `snapshots/${commit}`, `snapshots/${commit}/onnx`, 'verified', '.'])(
    'write nothing elsewhere: %s',
    async (name) => {
      const outside = join(hub.root, 'outside');
      await mkdir(outside);
      const path = join(hub.modelFolder, name);
      await mkdir(dirname(path), { recursive: true });
      await symlink(outside, path);
      const server = await serve();
      const attempt = download(server, { select: () => ['onnx/model.onnx'] });
      await expect(attempt).rejects.toThrow(
        /must lie inside .*models--org--tiny, got a link to .*outside. Remove the link/,
      );
      expect(await codeOf(attempt)).toBe('unsafe-cache');
      expect(await readdir(outside)).toEqual([]);
    },
  );

  it('read nothing elsewhere, neither through a file nor through a folder', async () => {
    const server = await serve();
    await download(server);
    const outside = join(hub.root, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'secret'), '{}');
    for (const [name, target] of [
      ['tokenizer.json', join(outside, 'secret')],
      ['onnx', outside],
    ] as const) {
      await symlink(target, snapshotFile(name));
      for (const options of [{}, { offline: true }, { revision: commit }]) {
        const attempt = download(server, options);
        await expect(attempt).rejects.toThrow(`${snapshotFile(name)} must lie inside`);
        expect(await codeOf(attempt)).toBe('unsafe-cache');
      }
      await rm(snapshotFile(name));
    }
    await rm(weightsBlob());
    await symlink(join(outside, 'secret'), weightsBlob());
    expect(await codeOf(download(server))).toBe('unsafe-cache');
  });

  it('are not followed in the place of a part', async () => {
    const outside = join(hub.root, 'outside');
    await writeFile(outside, 'mine');
    await mkdir(join(hub.modelFolder, 'blobs'), { recursive: true });
    await symlink(outside, `${weightsBlob()}.incomplete`);
    await download(await serve());
    expect(await readFile(outside, 'utf8')).toBe('mine');
  });

  it('are not needed: the content itself takes the name, and is found there', async () => {
    const { folder } = await download(await serve());
    await rm(snapshotFile('model.safetensors'));
    const refuse = () => Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' }));
    const cache = new ModelCache(hub.cacheDir, 'org/tiny', refuse);
    await cache.link(commit, 'model.safetensors', sha);
    expect(await readdir(folder)).toEqual(['config.json', 'model.safetensors', 'vocab.txt']);
    await expect(readlink(snapshotFile('model.safetensors'))).rejects.toThrow('EINVAL');
    expect(existsSync(weightsBlob())).toBe(false);
    expect(await cache.hasFile(commit, 'model.safetensors', { hash: sha, size: weights.length })).toBe(true);
    expect(await cache.damagedFiles(commit, ['model.safetensors'])).toEqual([]);
    const server = await serve();
    await download(server);
    expect(server.requests.map(({ path }) => path)).not.toContain(weightsPath);
    // Two processes that do so at the same time.
    await cache.link(commit, 'model.safetensors', sha);
  });
});

describe('contents of a cache that this library did not write', () => {
  it('are compared with their hash, and fetched again when they are damaged', async () => {
    const server = await serve();
    await download(server);
    const before = server.requests.length;
    await damage(tomorrow);
    await expect(download(nobody, { offline: true })).rejects.toThrow(
      'found only config.json, vocab.txt (damaged: model.safetensors). Run once without offline',
    );
    for (const options of [{}, { revision: commit }]) {
      await damage(tomorrow);
      const { folder } = await download(server, options);
      expect(new Uint8Array(await readFile(join(folder, 'model.safetensors')))).toEqual(weights);
    }
    expect(server.requests.slice(before).filter(({ path }) => path === weightsPath).length).toBe(2);
  });

  it('are read once, and again when they have changed', async () => {
    const server = await serve();
    await download(server);
    await rm(join(hub.modelFolder, 'verified'), { recursive: true });
    await download(nobody, { offline: true });
    // What was verified is not read again: nobody notices this, as long as it looks old.
    await damage(new Date(0));
    await download(nobody, { offline: true });
    await damage(tomorrow);
    expect(await codeOf(download(nobody, { offline: true }))).toBe('offline');
  });
});

describe('a cache that cannot be written', () => {
  it('says that the disk is full, and goes on when it is not', async () => {
    const server = await serve();
    const probe = await open(join(hub.root, 'probe'), 'w');
    const fileHandle = Object.getPrototypeOf(probe) as typeof probe;
    await probe.close();
    const full = vi.spyOn(fileHandle, 'appendFile');
    full.mockRejectedValue(Object.assign(new Error('write'), { code: 'ENOSPC' }));
    const attempt = download(server);
    await expect(attempt).rejects.toThrow('the disk is full. Free some space');
    expect(await codeOf(attempt)).toBe('no-space');
    expect(hub.waits).toEqual([]);
    hub.expectNothingUnverified();
    full.mockRestore();
    await download(server);
  });

  it('serves when it holds the model, and otherwise says what to do', async () => {
    await chmod(hub.root, 0o755);
    const server = await serve();
    const first = await download(server);
    await setModeOfFolders(hub.cacheDir, 0o555);
    await asNobody(async () => {
      for (const options of [{}, { offline: true }, { revision: commit }]) {
        expect(await download(server, options)).toEqual(first);
      }
      const attempt = download(server, { revision: 'other' });
      await expect(attempt).rejects.toThrow(
        `${hub.modelFolder}: the folder must be writable, got EACCES. Pass another`,
      );
      expect(await codeOf(attempt)).toBe('not-writable');
    });
    await setModeOfFolders(hub.cacheDir, 0o755);
  });

  it('says that it is no folder', async () => {
    await writeFile(hub.cacheDir, 'a file');
    expect(await codeOf(download(await serve()))).toBe('not-writable');
  });
});
