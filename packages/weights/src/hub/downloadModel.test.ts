import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startFaultServer, type ScriptedAnswer } from '@crossmodal/testing';
import { hubAnswer } from './__fakes__/hubAnswer.js';
import {
  commit,
  codeOf,
  forWeights,
  nobody,
  repository,
  sha,
  useTinyHub,
  weights,
  whole,
} from './__fakes__/tinyHub.js';
import { resolveModel } from './resolveModel.js';

const hub = useTinyHub();
const { serve, download } = hub;

describe('downloadModel', () => {
  it('puts the files that are needed where Python puts them', async () => {
    const server = await serve();
    const progress: number[] = [];
    const model = await download(server, { onProgress: ({ done, total }) => progress.push(done / total) });
    expect(model).toEqual({ folder: join(hub.modelFolder, 'snapshots', commit), commit });
    expect((await readdir(model.folder)).sort()).toEqual(['config.json', 'model.safetensors', 'vocab.txt']);
    expect(await readlink(join(model.folder, 'model.safetensors'))).toBe(join('../../blobs', sha));
    expect(await readlink(join(model.folder, 'config.json'))).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{40}$/);
    expect(new Uint8Array(await readFile(join(model.folder, 'model.safetensors')))).toEqual(weights);
    expect(await readFile(join(hub.modelFolder, 'refs/main'), 'utf8')).toBe(commit);
    expect((await readdir(join(hub.modelFolder, 'blobs'))).length).toBe(3);
    expect(progress.at(-1)).toBe(1);
    expect(server.requests.every(({ headers }) => headers.get('accept-encoding') === 'identity')).toBe(true);
  });

  it('asks for nothing twice, and for nothing at all offline', async () => {
    const server = await serve();
    const first = await download(server);
    const before = server.requests.length;
    expect(await download(server)).toEqual(first);
    expect(server.requests.slice(before).map(({ path }) => path)).toEqual([
      '/api/models/org/tiny/revision/main?blobs=true',
    ]);
    expect(await download(nobody, { offline: true })).toEqual(first);
    expect(await download(nobody, { env: { HF_HUB_OFFLINE: '1' } })).toEqual(first);
    expect(await download(nobody, { offline: true, revision: commit })).toEqual(first);
  });

  it('says what is missing offline', async () => {
    const attempt = download(nobody, { offline: true });
    await expect(attempt).rejects.toThrow(
      /org\/tiny@main: config.json and weights must be in .*models--org--tiny, because nothing may be downloaded; found nothing of it/,
    );
    expect(await codeOf(download(nobody, { offline: true }))).toBe('offline');
  });

  it('takes neither half a model nor half a file for a whole one, and a whole commit without asking', async () => {
    const server = await serve();
    const { folder } = await download(server);
    const before = server.requests.length;
    await download(server, { revision: commit });
    expect(server.requests.length).toBe(before);
    await rm(join(folder, 'model.safetensors'));
    await expect(download(nobody, { offline: true })).rejects.toThrow('found only config.json, vocab.txt.');
    await writeFile(join(hub.modelFolder, 'blobs', sha), weights.subarray(0, 10));
    await download(server, { revision: commit });
    expect(new Uint8Array(await readFile(join(folder, 'model.safetensors')))).toEqual(weights);
  });

  it.each<[string, ScriptedAnswer, string]>([
    ['bytes of the right number that are wrong', { status: 200, body: new Uint8Array(10_000) }, 'must have the hash'],
    ['more bytes than were announced', { status: 200, body: new Uint8Array(10_001) }, 'more arrived'],
    ['compressed bytes', { ...whole(), headers: { 'content-encoding': 'gzip' } }, 'must come as it is, got gzip'],
  ])('keeps nothing of %s', async (_, answer, message) => {
    const server = await serve(forWeights(() => answer));
    await expect(download(server)).rejects.toThrow(message);
    hub.expectNothingUnverified();
    expect((await readdir(join(hub.modelFolder, 'blobs'))).filter((name) => name.includes(sha))).toEqual([]);
  });

  it.each<[string, ScriptedAnswer, string, string]>([
    [
      'no token',
      { status: 401, headers: { 'x-error-code': 'RepoNotFound' } },
      'not-found',
      'for a private model set HF_TOKEN',
    ],
    ['a gated model', { status: 403, headers: { 'x-error-code': 'GatedRepo' } }, 'gated', 'Accept their terms'],
    ['a forbidden model', { status: 403 }, 'unauthorized', 'may not read this model'],
    [
      'no such revision',
      { status: 404, headers: { 'x-error-code': 'RevisionNotFound' } },
      'not-found',
      'no such revision',
    ],
    ['no such model', { status: 404 }, 'not-found', 'there is no such model'],
    ['a server that is down', { status: 500 }, 'network', 'the server must answer. Try again later (status 500)'],
    ['a page instead of a list', { status: 200, body: '<html>' }, 'network', 'something that is not JSON'],
    ['a list without files', { status: 200, body: '{"sha":1}' }, 'network', 'no commit or no files'],
    [
      'a redirect in a circle',
      { status: 302, headers: { location: '/api/models/org/tiny/revision/main?blobs=true' } },
      'integrity',
      'at most 5 redirects',
    ],
  ])('says clearly that there is %s', async (_, answer, code, message) => {
    const server = await serve(({ path }) => (path.startsWith('/api/') ? answer : undefined));
    await expect(download(server)).rejects.toThrow(message);
    expect(await codeOf(download(server))).toBe(code);
  });

  it('says that a token is wrong, and that nobody is there', async () => {
    const server = await serve(() => ({ status: 401 }));
    expect(await codeOf(download(server, { token: 'hf_wrong' }))).toBe('unauthorized');
    const gone = download(nobody);
    await expect(gone).rejects.toThrow('the connection failed (ECONNREFUSED). Check the network and HF_ENDPOINT');
    expect(hub.waits.length).toBe(4);
  });

  it.each<[string, Error, string]>([
    ['the name of the host is unknown', Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }), 'ENOTFOUND'],
    [
      'a proxy refuses the tunnel',
      Object.assign(new Error('Proxy response (403) !== 200 when HTTP Tunneling'), { code: 'UND_ERR_ABORTED' }),
      'Proxy response (403) !== 200',
    ],
  ])('says why nobody can be reached when %s, and what a proxy needs', async (_, cause, reason) => {
    const fetch = () => Promise.reject(new TypeError('fetch failed', { cause }));
    const env = { HTTPS_PROXY: 'http://name:secret@proxy:3128', NO_PROXY: 'localhost' };
    const attempt = download({ url: 'https://hub.example' }, { env, transport: { fetch } });
    await expect(attempt).rejects.toThrow(`the connection failed (${reason}`);
    await expect(attempt).rejects.toThrow(
      'HTTPS_PROXY is used only if NODE_USE_ENV_PROXY=1 is set too, by Node 22.21, 24 or newer.',
    );
    await expect(attempt).rejects.not.toThrow('secret');
  });

  it('takes what the cache holds while nobody answers, at once, and nothing else', async () => {
    const server = await serve();
    const first = await download(server);
    expect(await download(nobody)).toEqual(first);
    expect(hub.waits).toEqual([]);
    expect(await codeOf(download(nobody, { revision: 'other' }))).toBe('network');
    const gone = await serve(() => ({ status: 404 }));
    expect(await codeOf(download(gone))).toBe('not-found');
  });

  it('takes no older version when the newer one breaks off', async () => {
    await download(await serve());
    const newer = 'f'.repeat(40);
    const files = { ...repository.files, 'vocab.txt': '[PAD]\n[UNK]\n' };
    const server = await serve((request) =>
      request.path.endsWith('vocab.txt')
        ? { status: 500 }
        : hubAnswer({ ...repository, commit: newer, files }, request),
    );
    expect(await codeOf(download(server))).toBe('network');
    expect((await download(nobody, { offline: true })).commit).toBe(commit);
  });

  it('sends the token to the endpoint and to no host that it redirects to', async () => {
    const other = await startFaultServer(() => whole());
    hub.closeLater(other);
    const server = await serve(
      forWeights(() => ({ status: 302, headers: { location: `${other.url.replace('127.0.0.1', 'localhost')}/x` } })),
    );
    await download(server, { token: 'secret' }).catch(() => undefined);
    expect(server.requests.every(({ headers }) => headers.get('authorization') === 'Bearer secret')).toBe(true);
    expect(other.requests.length).toBeGreaterThan(0);
    expect(other.requests.some(({ headers }) => headers.has('authorization'))).toBe(false);
  });

  it('never takes a name of the server that leads elsewhere', async () => {
    const server = await serve();
    const { folder } = await download(server, { select: (available) => [...available] });
    expect((await readdir(folder)).sort()).toEqual([
      'config.json',
      'model.safetensors',
      'onnx',
      'pytorch_model.bin',
      'vocab.txt',
    ]);
    expect(existsSync(join(hub.root, 'escape.txt'))).toBe(false);
    expect(existsSync(join(hub.modelFolder, 'escape.txt'))).toBe(false);
  });

  it('is used by the name of a folder too, which wins', async () => {
    const own = join(hub.root, 'own');
    await mkdir(own);
    await expect(resolveModel(own)).rejects.toThrow(`the folder ${own} must hold config.json`);
    await writeFile(join(own, 'config.json'), '{}');
    const notices: string[] = [];
    const onNotice = (message: string) => notices.push(message);
    expect(await resolveModel(own, { onNotice })).toEqual({ folder: own });
    expect(notices).toEqual([]);
    const before = process.cwd();
    process.chdir(hub.root);
    try {
      expect(await resolveModel('./own', { onNotice })).toEqual({ folder: './own' });
      expect(await resolveModel('own', { onNotice })).toEqual({ folder: 'own' });
    } finally {
      process.chdir(before);
    }
    expect(notices).toEqual(['model: own is the folder of that name, not a model on the hub. Write ./own to say so.']);
    await expect(resolveModel('./nowhere')).rejects.toThrow('there is no folder ./nowhere');
    const server = await serve();
    expect((await resolveModel('org/tiny', hub.optionsFor(server))).commit).toBe(commit);
  });
});
