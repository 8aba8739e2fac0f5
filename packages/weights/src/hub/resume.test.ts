import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReceivedRequest, ScriptedAnswer } from '@crossmodal/testing';
import { describe, expect, it } from 'vitest';
import { forWeights, otherBytes, sha, useTinyHub, weights, weightsPath, whole } from './__fakes__/tinyHub.js';
import { type DownloadProgress } from './downloadModel.js';
import { HubError } from './HubError.js';

const hub = useTinyHub();
const { serve, download } = hub;

/** When so many bytes of the weights are on the disk. */
function arrivalOf(bytes: number): { arrived: Promise<void>; onProgress: (progress: DownloadProgress) => void } {
  let tell: () => void = () => undefined;
  const arrived = new Promise<void>((resolve) => (tell = resolve));
  if (bytes === 0) tell();
  return { arrived, onProgress: ({ done }) => (done >= bytes + otherBytes ? tell() : undefined) };
}

describe('a download that is interrupted', () => {
  it('goes on where a connection broke, at any byte, with what a broken run left behind too', async () => {
    for (const after of [0, 1, 4096, 9_999]) {
      await rm(hub.cacheDir, { recursive: true, force: true });
      const { arrived, onProgress } = arrivalOf(after);
      const server = await serve(
        forWeights(({ headers }, earlier) =>
          earlier === 0 && !headers.has('range') ? { ...whole(), fault: { after, kind: 'reset', arrived } } : undefined,
        ),
      );
      const broken = await download(server, { onProgress, transport: { attempts: 1 } }).catch(
        (error: unknown) => error,
      );
      expect(broken, `cut after ${after}`).toBeInstanceOf(HubError);
      hub.expectNothingUnverified();
      const { folder } = await download(server);
      expect(new Uint8Array(await readFile(join(folder, 'model.safetensors')))).toEqual(weights);
      const last = server.requests.filter(({ path }) => path === weightsPath).at(-1);
      expect(last?.headers.get('range')).toBe(after === 0 ? undefined : `bytes=${after}-`);
    }
  });

  it.each<[string, ScriptedAnswer]>([
    ['is reset', { ...whole(), fault: { after: 5000, kind: 'reset' } }],
    ['falls silent', { ...whole(), fault: { after: 5000, kind: 'stall' } }],
    ['ends too early', { ...whole(), fault: { after: 5000, kind: 'end' } }],
    ['answers 503', { status: 503 }],
    ['answers 429', { status: 429, headers: { 'retry-after': '7' } }],
    [
      'answers 429 with a date',
      { status: 429, headers: { 'retry-after': new Date(Date.UTC(2026, 0, 1) + 15_000).toUTCString() } },
    ],
    ['drips', { ...whole(), drip: 500 }],
  ])('survives a server that %s', async (name, answer) => {
    const server = await serve(forWeights((_, earlier) => (earlier === 0 ? answer : undefined)));
    const { folder } = await download(server, name === 'falls silent' ? { transport: { idleTimeoutMs: 300 } } : {});
    expect(new Uint8Array(await readFile(join(folder, 'model.safetensors')))).toEqual(weights);
    if (name === 'answers 429 with a date') expect(hub.waits).toEqual([15_000]);
    if (name === 'answers 429') expect(hub.waits).toEqual([7000]);
    if (name === 'drips') expect(hub.waits).toEqual([]);
  });

  it.each<[string, (part: ReceivedRequest) => ScriptedAnswer]>([
    ['sends the whole file instead of the rest', whole],
    [
      'sends another range',
      () => ({ status: 206, headers: { 'content-range': 'bytes 0-9/10000' }, body: weights.slice(0, 10) }),
    ],
    [
      'has other bytes by now and sends their rest',
      ({ headers }) => ({
        status: 206,
        headers: { 'content-range': `bytes 5000-9999/10000`, etag: `"new, not ${headers.get('if-range')?.slice(1)}` },
        body: new Uint8Array(5000),
      }),
    ],
    ['knows no such range', () => ({ status: 416, body: 'no such range' })],
  ])('begins again when a server %s', async (_, answer) => {
    const { arrived, onProgress } = arrivalOf(5000);
    let ranges = 0;
    const server = await serve(
      forWeights((request, earlier) => {
        const fault = { after: 5000, kind: 'end', arrived } as const;
        if (earlier === 0) return { ...whole(), headers: { etag: '"old"' }, fault };
        if (request.headers.has('range') && ranges++ === 0) return answer(request);
        return undefined;
      }),
    );
    const { folder } = await download(server, { onProgress });
    expect(ranges).toBeGreaterThan(0);
    expect(new Uint8Array(await readFile(join(folder, 'model.safetensors')))).toEqual(weights);
  });

  it('says which bytes it has, in the next run too, and not by a weak ETag', async () => {
    for (const [etag, expected] of [
      ['"a/b+c.1"', '"a/b+c.1"'],
      ['W/"a"', undefined],
    ] as const) {
      await rm(hub.cacheDir, { recursive: true, force: true });
      const { arrived, onProgress } = arrivalOf(5000);
      const server = await serve(
        forWeights(({ headers }) =>
          headers.has('range')
            ? undefined
            : { ...whole(), headers: { etag }, fault: { after: 5000, kind: 'end', arrived } },
        ),
      );
      await expect(download(server, { onProgress, transport: { attempts: 1 } })).rejects.toThrow(HubError);
      await download(server);
      const last = server.requests.filter(({ path }) => path === weightsPath).at(-1);
      expect(last?.headers.get('range')).toBe('bytes=5000-');
      expect(last?.headers.get('if-range')).toBe(expected);
    }
  });

  it('begins again when the part that was left is of another file', async () => {
    const server = await serve();
    await mkdir(join(hub.modelFolder, 'blobs'), { recursive: true });
    await writeFile(join(hub.modelFolder, 'blobs', `${sha}.incomplete`), new Uint8Array(100));
    const { folder } = await download(server);
    expect(new Uint8Array(await readFile(join(folder, 'model.safetensors')))).toEqual(weights);
  });

  it('lets several processes download one model at the same time, without a lock', async () => {
    const server = await serve(forWeights(() => ({ ...whole(), drip: 1000 })));
    const models = await Promise.all([download(server), download(server), download(server)]);
    for (const { folder } of models) {
      expect(new Uint8Array(await readFile(join(folder, 'model.safetensors')))).toEqual(weights);
    }
    expect((await readdir(join(hub.modelFolder, 'blobs'))).filter((name) => name.includes('incomplete'))).toEqual([]);
  });

  it('claims what a dead process left under its own name, once that is silent', async () => {
    await mkdir(join(hub.modelFolder, 'blobs'), { recursive: true });
    const orphan = join(hub.modelFolder, 'blobs', `${sha}.11111111.incomplete`);
    await writeFile(orphan, weights.subarray(0, 6000));
    await utimes(orphan, new Date(0), new Date(0));
    const server = await serve();
    await download(server);
    expect(server.requests.find(({ path }) => path === weightsPath)?.headers.get('range')).toBe('bytes=6000-');
    expect(existsSync(orphan)).toBe(false);
  });

  it('stops when it is told to, and what arrived is used next time', async () => {
    const controller = new AbortController();
    const server = await serve(
      forWeights((_, earlier) => (earlier === 0 ? { ...whole(), fault: { after: 5000, kind: 'stall' } } : undefined)),
    );
    const attempt = download(server, {
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done >= 5000 + otherBytes) controller.abort();
      },
    });
    await expect(attempt).rejects.toThrow();
    hub.expectNothingUnverified();
    await download(server);
    expect(
      server.requests
        .filter(({ path }) => path === weightsPath)
        .at(-1)
        ?.headers.get('range'),
    ).toBe('bytes=5000-');
  });
});
