import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { commit, forWeights, sha, useTinyHub, weights, whole } from './__fakes__/tinyHub.js';

const hub = useTinyHub();

/** Downloads in a process of its own, and says how many bytes there are. */
const child = `
  import { downloadModel } from './downloadModel.ts';
  const [endpoint, cacheDir] = process.argv.slice(2);
  const onProgress = ({ done }) => process.stdout.write(done + ' ');
  await downloadModel('org/tiny', { endpoint, cacheDir, env: {}, onProgress });
`;

it('fills one cache from several processes, one of which is killed', async () => {
  const script = join(hub.root, 'child.mjs');
  await build({
    stdin: { contents: child, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: script,
  });
  const server = await hub.serve(forWeights(() => ({ ...whole(), drip: 250 })));
  const start = () =>
    spawn(process.execPath, [script, server.url, hub.cacheDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [victim, ...others] = [start(), start(), start(), start()];
  victim.stdout.on('data', (text) => {
    if (
      String(text)
        .split(' ')
        .some((done) => Number(done) > 1000)
    )
      victim.kill('SIGKILL');
  });
  const ends = await Promise.all([victim, ...others].map((one) => once(one, 'exit')));
  expect(ends).toEqual([
    [null, 'SIGKILL'],
    [0, null],
    [0, null],
    [0, null],
  ]);
  expect(new Uint8Array(await readFile(join(hub.modelFolder, 'blobs', sha)))).toEqual(weights);
  const names = await readdir(join(hub.modelFolder, 'snapshots', commit));
  expect(names.sort()).toEqual(['config.json', 'model.safetensors', 'vocab.txt']);
  expect(await readFile(join(hub.modelFolder, 'refs/main'), 'utf8')).toBe(commit);
  const before = server.requests.length;
  await hub.download(server);
  expect(server.requests.length).toBe(before + 1);
});
