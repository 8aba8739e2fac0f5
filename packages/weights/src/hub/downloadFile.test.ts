import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FaultServer, type ReceivedRequest, type ScriptedAnswer, startFaultServer } from '@crossmodal/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOf, nobody, sha, weights } from './__fakes__/tinyHub.js';
import { downloadFile, type DownloadFileOptions } from './downloadFile.js';

describe('downloadFile', () => {
  let folder: string;
  let target: string;
  const servers: FaultServer[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crossmodal-file-'));
    target = join(folder, 'archives', 'library.tar.gz');
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
    await rm(folder, { recursive: true, force: true });
  });

  /** A plain file server with ranges, as storage services are. */
  const serve = async (
    answer: (request: ReceivedRequest, earlier: number) => ScriptedAnswer | undefined = () => undefined,
  ): Promise<FaultServer> => {
    const server = await startFaultServer((request, earlier) => {
      const special = answer(request, earlier);
      if (special) return special;
      const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get('range') ?? '');
      if (!range) return { status: 200, body: weights };
      const body = weights.slice(Number(range[1]), range[2] ? Number(range[2]) + 1 : undefined);
      const last = Number(range[1]) + body.length - 1;
      const contentRange = `bytes ${Number(range[1])}-${last}/${weights.length}`;
      return { status: 206, headers: { 'content-range': contentRange }, body };
    });
    servers.push(server);
    return server;
  };
  const download = (server: { url: string }, more: Partial<DownloadFileOptions> = {}): Promise<void> =>
    downloadFile(`${server.url}/library.tar.gz`, target, {
      sha256: sha,
      env: {},
      ...more,
      transport: { sleep: () => Promise.resolve(), random: () => 0.5, attempts: 1, ...more.transport },
    });

  it('brings the bytes, and asks for nothing when they are there', async () => {
    const server = await serve();
    const progress: { done: number; total: number }[] = [];
    await download(server, { onProgress: (event) => progress.push(event) });
    expect(new Uint8Array(await readFile(target))).toEqual(weights);
    expect(progress.at(-1)).toEqual({ done: 10_000, total: 10_000 });
    const asked = server.requests.length;
    await download(server);
    expect(server.requests.length).toBe(asked);
    expect(server.requests.some(({ headers }) => headers.has('authorization'))).toBe(false);
  });

  it('replaces a file of that name with other bytes', async () => {
    const server = await serve();
    await download(server);
    await writeFile(target, 'something else');
    await download(server);
    expect(new Uint8Array(await readFile(target))).toEqual(weights);
  });

  it('goes on where a connection broke', async () => {
    let tell: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (tell = resolve));
    const server = await serve(({ headers }, earlier) =>
      headers.has('range') || earlier > 1
        ? undefined
        : { status: 200, body: weights, fault: { after: 4096, kind: 'reset', arrived } },
    );
    const onProgress = ({ done }: { done: number }): void => (done >= 4096 ? tell() : undefined);
    expect(await codeOf(download(server, { onProgress }))).toBe('network');
    expect(existsSync(target)).toBe(false);
    await download(server);
    expect(new Uint8Array(await readFile(target))).toEqual(weights);
    expect(server.requests.at(-1)?.headers.get('range')).toBe('bytes=4096-');
  });

  it('keeps nothing of a content with another hash', async () => {
    const server = await serve();
    const other = sha.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    await expect(download(server, { sha256: other })).rejects.toThrow(
      `/library.tar.gz: the content must have the hash ${other}, got ${sha}. Nothing was kept.`,
    );
    expect(await readdir(join(folder, 'archives'))).toEqual([]);
  });

  it.each([
    [404, 'not-found', 'there is no such file (status 404).'],
    [403, 'unauthorized', 'the server or a proxy refuses (status 403).'],
    [503, 'network', 'the server must answer. Try again later (status 503).'],
  ])('says what status %d means, without a word about models', async (status, code, message) => {
    const server = await serve(() => ({ status }));
    await expect(download(server)).rejects.toThrow(`${server.url}/library.tar.gz: ${message}`);
    expect(await codeOf(download(server))).toBe(code);
  });

  it('needs a length', async () => {
    const server = await serve(() => ({ status: 200, headers: { 'content-length': undefined }, body: weights }));
    await expect(download(server)).rejects.toThrow('the server must say how long the file is, got nothing.');
  });

  it('says that a proxy which is named may not be used when nobody answers', async () => {
    const attempt = download(nobody, { env: { HTTPS_PROXY: 'http://proxy.example:3128' } });
    await expect(attempt).rejects.toThrow(
      /the connection failed \(ECONNREFUSED\)\. Check the network\. HTTPS_PROXY is used only if NODE_USE_ENV_PROXY=1 is set too/,
    );
  });

  it('refuses what is no web address or no hash', async () => {
    await expect(downloadFile('file:///etc/passwd', target, { sha256: sha })).rejects.toThrow(
      'downloadFile: url must begin with https:// or http://, got "file:///etc/passwd".',
    );
    await expect(downloadFile('https://example.org/a', target, { sha256: 'abc' })).rejects.toThrow(
      'downloadFile: sha256 must be 64 lower-case hexadecimal digits, got "abc".',
    );
  });
});
