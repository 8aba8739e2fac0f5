import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startFaultServer } from '@crossmodal/testing';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { samplePicture } from '../__fixtures__/samplePicture.js';
import { put, temporaryFolders } from '../__fixtures__/temporaryFolder.js';
import { encodePng } from '../images/encodePng.js';
import { fetchImages } from './fetchImages.js';

/** Fetches in a process of its own that kills itself at the operation of the given number: before it, or in the middle of a write. */
const child = `
  const files = require('node:fs/promises');
  const [csv, killAt] = process.argv.slice(2);
  let operations = 0;
  const die = () => process.kill(process.pid, 'SIGKILL');
  const watch = (object, names) => {
    for (const name of names) {
      const original = object[name].bind(object);
      object[name] = async (...args) => {
        const isLast = operations++ === Number(killAt);
        if (isLast && args[0] !== undefined && name !== 'open' && name !== 'rename')
          await original(args[0].slice(0, args[0].length / 2));
        if (isLast) die();
        const result = await original(...args);
        return name === 'open' ? watch(result, ['writeFile', 'appendFile', 'sync', 'close']) : result;
      };
    }
    return object;
  };
  watch(files, ['open', 'rename']);
  const { fetchImages } = require('./fetchImages.ts');
  fetchImages(csv, { allowPrivate: true, hostDelayMs: 0, retries: 0 }).then(() => process.exit());
`;

const newFolder = temporaryFolders();
/** Each spawned process loads the image library: without CROSSMODAL_VERIFY only some operations are tried. */
const step = process.env.CROSSMODAL_VERIFY ? 1 : 4;

it('a process killed at any operation leaves whole images, and the next run asks only for the others', async () => {
  const picture = await encodePng(samplePicture(30, 30));
  const hash = createHash('sha256').update(picture).digest('hex').slice(0, 32);
  const server = await startFaultServer(({ path }) =>
    path === '/gone' ? { status: 404 } : { status: 200, body: picture },
  );
  const root = await newFolder();
  const script = join(root, 'child.cjs');
  await build({
    stdin: { contents: child, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    outfile: script,
  });
  const env = { ...process.env, NODE_PATH: resolve(import.meta.dirname, '../../../../node_modules') };
  const table = `text,image_path\na,${server.url}/here\nb,${server.url}/gone\n`;
  const halfWritten = new Set<string>();
  for (let killAt = 0, isKilled = true; isKilled; killAt += step) {
    const csv = await put(root, `${killAt}/posts.csv`, table);
    const [status, signal] = (await once(
      spawn(process.execPath, [script, csv, String(killAt)], { env, stdio: 'inherit' }),
      'exit',
    )) as [number | null, string | null];
    isKilled = signal === 'SIGKILL';
    if (!isKilled) expect({ status, afterMany: killAt > 12 }).toEqual({ status: 0, afterMany: true });

    const images = join(root, `${killAt}/posts-images`);
    const names = await readdir(images);
    for (const name of names.filter((found) => found.endsWith('.partial'))) halfWritten.add(name);
    if (names.includes(`${hash}.png`))
      expect(new Uint8Array(await readFile(join(images, `${hash}.png`)))).toEqual(new Uint8Array(picture));
    const local = `text,image_path\na,posts-images/${hash}.png\nb,\n`;
    const csvNames = await readdir(join(root, String(killAt)));
    if (csvNames.includes('posts-local.csv')) {
      expect(await readFile(join(root, `${killAt}/posts-local.csv`), 'utf8')).toBe(local);
    }

    const journal = await readFile(join(images, 'journal.jsonl'), 'utf8').catch(() => '');
    const known = journal.split('\n').filter((line) => line.endsWith('}')).length;
    const asked = server.requests.length;
    const report = await fetchImages(csv, { allowPrivate: true, hostDelayMs: 0 });
    expect(server.requests.length - asked).toBe(2 - known);
    expect(report.addresses).toMatchObject({ named: 2, failed: 1 });
    expect(await readFile(report.csvPath, 'utf8')).toBe(local);
  }
  expect(halfWritten.size).toBeGreaterThan(0);
  await server.close();
});
