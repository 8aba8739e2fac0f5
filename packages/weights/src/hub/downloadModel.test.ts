import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFaultServer, type FaultServer, type ReceivedRequest, type ScriptedAnswer } from '@crossmodal/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hubAnswer, type FakeRepository } from './__fakes__/hubAnswer.js';
import { downloadModel, type DownloadModelOptions } from './downloadModel.js';
import { HubError } from './HubError.js';
import { resolveModel } from './resolveModel.js';

const commit = '0123456789abcdef0123456789abcdef01234567';
const weights = Uint8Array.from({ length: 10_000 }, (_, i) => (i * 7 + (i >> 8)) & 255);
const repository: FakeRepository = {
  id: 'org/tiny',
  commit,
  large: ['model.safetensors'],
  files: {
    'config.json': '{"model_type":"bert"}',
    'vocab.txt': '[PAD]\n',
    'model.safetensors': weights,
    'pytorch_model.bin': 'not wanted',
    'onnx/model.onnx': 'not wanted',
    '../../escape.txt': 'not wanted',
  },
};
const sha = createHash('sha256').update(weights).digest('hex');
const weightsPath = `/org/tiny/resolve/${commit}/model.safetensors`;

/** Where nothing listens: the port was free a moment ago. */
const nobody = await startFaultServer(() => ({ status: 500 }));
await nobody.close();

let root: string;
let cacheDir: string;
const servers: FaultServer[] = [];
let waits: number[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'crossmodal-hub-'));
  cacheDir = join(root, 'cache');
  waits = [];
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await rm(root, { recursive: true, force: true });
});

type Answer = (request: ReceivedRequest, earlier: number) => ScriptedAnswer | undefined;

/** The server answers as the hub does where a test does not say otherwise. */
async function serve(answer: Answer = () => undefined): Promise<FaultServer> {
  const server = await startFaultServer(
    (request, earlier) => answer(request, earlier) ?? hubAnswer(repository, request),
  );
  servers.push(server);
  return server;
}

const optionsFor = (server: { url: string }, more: DownloadModelOptions = {}): DownloadModelOptions => ({
  cacheDir,
  endpoint: server.url,
  env: {},
  ...more,
  transport: {
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    random: () => 0.5,
    idleTimeoutMs: 600,
    ...more.transport,
  },
});
const download = (server: { url: string }, more?: DownloadModelOptions) =>
  downloadModel('org/tiny', optionsFor(server, more));
const whole = (): ScriptedAnswer => ({ status: 200, body: weights });
const forWeights =
  (answer: (request: ReceivedRequest, earlier: number) => ScriptedAnswer | undefined): Answer =>
  (request, earlier) =>
    request.path === weightsPath ? answer(request, earlier) : undefined;
const codeOf = async (attempt: Promise<unknown>): Promise<string> => {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(HubError);
  return (error as HubError).code;
};
const modelFolder = () => join(cacheDir, 'models--org--tiny');
const expectNothingUnverified = () => {
  expect(existsSync(join(modelFolder(), 'blobs', sha))).toBe(false);
  expect(existsSync(join(modelFolder(), 'snapshots', commit, 'model.safetensors'))).toBe(false);
};

describe('downloadModel', () => {
  it('puts the files that are needed where Python puts them', async () => {
    const server = await serve();
    const progress: number[] = [];
    const model = await download(server, { onProgress: ({ done, total }) => progress.push(done / total) });
    expect(model).toEqual({ folder: join(modelFolder(), 'snapshots', commit), commit });
    expect((await readdir(model.folder)).sort()).toEqual(['config.json', 'model.safetensors', 'vocab.txt']);
    expect(await readlink(join(model.folder, 'model.safetensors'))).toBe(join('../../blobs', sha));
    expect(await readlink(join(model.folder, 'config.json'))).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{40}$/);
    expect(new Uint8Array(await readFile(join(model.folder, 'model.safetensors')))).toEqual(weights);
    expect(await readFile(join(modelFolder(), 'refs/main'), 'utf8')).toBe(commit);
    expect((await readdir(join(modelFolder(), 'blobs'))).length).toBe(3);
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
    await writeFile(join(modelFolder(), 'blobs', sha), weights.subarray(0, 10));
    await download(server, { revision: commit });
    expect(new Uint8Array(await readFile(join(folder, 'model.safetensors')))).toEqual(weights);
  });

  it('goes on where a connection broke, at any byte, with what a broken run left behind too', async () => {
    for (const after of [0, 1, 4096, 9_999]) {
      await rm(cacheDir, { recursive: true, force: true });
      const server = await serve(
        forWeights(({ headers }, earlier) =>
          earlier === 0 && !headers.has('range') ? { ...whole(), fault: { after, kind: 'reset' } } : undefined,
        ),
      );
      const broken = await download(server, { transport: { attempts: 1 } }).catch((error: unknown) => error);
      expect(broken, `cut after ${after}`).toBeInstanceOf(HubError);
      expectNothingUnverified();
      const { folder } = await download(server);
      expect(new Uint8Array(await readFile(join(folder, 'model.safetensors')))).toEqual(weights);
      const last = server.requests.filter(({ path }) => path === weightsPath).at(-1);
      if (after > 1) expect(last?.headers.get('range')).toMatch(/^bytes=\d+-$/);
    }
  });

  it.each<[string, ScriptedAnswer]>([
    ['is reset', { ...whole(), fault: { after: 5000, kind: 'reset' } }],
    ['falls silent', { ...whole(), fault: { after: 5000, kind: 'stall' } }],
    ['ends too early', { ...whole(), fault: { after: 5000, kind: 'end' } }],
    ['answers 503', { status: 503 }],
    ['answers 429', { status: 429, headers: { 'retry-after': '7' } }],
    ['drips', { ...whole(), drip: 500 }],
  ])('survives a server that %s', async (name, answer) => {
    const server = await serve(forWeights((_, earlier) => (earlier === 0 ? answer : undefined)));
    const { folder } = await download(server);
    expect(new Uint8Array(await readFile(join(folder, 'model.safetensors')))).toEqual(weights);
    if (name === 'answers 429') expect(waits).toEqual([7000]);
    if (name === 'drips') expect(waits).toEqual([]);
  });

  it.each<[string, (part: ReceivedRequest) => ScriptedAnswer]>([
    ['sends the whole file instead of the rest', whole],
    [
      'sends another range',
      () => ({ status: 206, headers: { 'content-range': 'bytes 0-9/10000' }, body: weights.slice(0, 10) }),
    ],
    ['knows no such range', () => ({ status: 416 })],
  ])('begins again when a server %s', async (_, answer) => {
    let ranges = 0;
    const server = await serve(
      forWeights((request, earlier) => {
        if (earlier === 0) return { ...whole(), fault: { after: 5000, kind: 'end' } };
        if (request.headers.has('range') && ranges++ === 0) return answer(request);
        return undefined;
      }),
    );
    const { folder } = await download(server);
    expect(ranges).toBeGreaterThan(0);
    expect(new Uint8Array(await readFile(join(folder, 'model.safetensors')))).toEqual(weights);
  });

  it('begins again when the part that was left is of another file', async () => {
    const server = await serve();
    await mkdir(join(modelFolder(), 'blobs'), { recursive: true });
    await writeFile(join(modelFolder(), 'blobs', `${sha}.incomplete`), new Uint8Array(100));
    const { folder } = await download(server);
    expect(new Uint8Array(await readFile(join(folder, 'model.safetensors')))).toEqual(weights);
  });

  it.each<[string, ScriptedAnswer, string]>([
    ['bytes of the right number that are wrong', { status: 200, body: new Uint8Array(10_000) }, 'must have the hash'],
    ['more bytes than were announced', { status: 200, body: new Uint8Array(10_001) }, 'more arrived'],
    ['compressed bytes', { ...whole(), headers: { 'content-encoding': 'gzip' } }, 'must come as it is, got gzip'],
  ])('keeps nothing of %s', async (_, answer, message) => {
    const server = await serve(forWeights(() => answer));
    await expect(download(server)).rejects.toThrow(message);
    expectNothingUnverified();
    expect((await readdir(join(modelFolder(), 'blobs'))).filter((name) => name.includes(sha))).toEqual([]);
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
    ['a server that is down', { status: 500 }, 'network', 'got status 500'],
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
    expect(waits.length).toBe(4);
  });

  it('sends the token to the endpoint and to no host that it redirects to', async () => {
    const other = await startFaultServer(() => whole());
    servers.push(other);
    const server = await serve(
      forWeights(() => ({ status: 302, headers: { location: `${other.url.replace('127.0.0.1', 'localhost')}/x` } })),
    );
    await download(server, { token: 'secret' }).catch(() => undefined);
    expect(server.requests.every(({ headers }) => headers.get('authorization') === 'Bearer secret')).toBe(true);
    expect(other.requests.length).toBeGreaterThan(0);
    expect(other.requests.some(({ headers }) => headers.has('authorization'))).toBe(false);
  });

  it('lets several processes download one model at the same time, without a lock', async () => {
    const server = await serve(forWeights(() => ({ ...whole(), drip: 1000 })));
    const models = await Promise.all([download(server), download(server), download(server)]);
    for (const { folder } of models) {
      expect(new Uint8Array(await readFile(join(folder, 'model.safetensors')))).toEqual(weights);
    }
    expect((await readdir(join(modelFolder(), 'blobs'))).filter((name) => name.includes('incomplete'))).toEqual([]);
  });

  it('claims what a dead process left under its own name, once that is silent', async () => {
    await mkdir(join(modelFolder(), 'blobs'), { recursive: true });
    const orphan = join(modelFolder(), 'blobs', `${sha}.11111111.incomplete`);
    await writeFile(orphan, weights.subarray(0, 6000));
    await utimes(orphan, new Date(0), new Date(0));
    const server = await serve();
    await download(server);
    expect(server.requests.find(({ path }) => path === weightsPath)?.headers.get('range')).toBe('bytes=6000-');
    expect(existsSync(orphan)).toBe(false);
  });

  it('writes nothing through a link that leads out of the cache', async () => {
    const outside = join(root, 'outside');
    await mkdir(outside);
    await mkdir(modelFolder(), { recursive: true });
    await symlink(outside, join(modelFolder(), 'blobs'));
    const server = await serve();
    expect(await codeOf(download(server))).toBe('not-writable');
    expect(await readdir(outside)).toEqual([]);
  });

  it('says that the disk is full, and that the cache cannot be written', async () => {
    const server = await serve();
    await mkdir(join(modelFolder(), 'blobs'), { recursive: true });
    // A device that is always full, in the place of what an earlier run left.
    await symlink('/dev/full', join(modelFolder(), 'blobs', `${sha}.incomplete`));
    await expect(download(server)).rejects.toThrow('the disk is full');
    expectNothingUnverified();
    await rm(cacheDir, { recursive: true });
    await writeFile(cacheDir, 'a file');
    expect(await codeOf(download(server))).toBe('not-writable');
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
    expect(existsSync(join(root, 'escape.txt'))).toBe(false);
    expect(existsSync(join(modelFolder(), 'escape.txt'))).toBe(false);
  });

  it('stops when it is told to, and what arrived is used next time', async () => {
    const controller = new AbortController();
    const server = await serve(
      forWeights((_, earlier) => (earlier === 0 ? { ...whole(), fault: { after: 5000, kind: 'stall' } } : undefined)),
    );
    const attempt = download(server, {
      signal: controller.signal,
      transport: { idleTimeoutMs: 10_000 },
      onProgress: ({ done }) => {
        if (done >= 5000) controller.abort();
      },
    });
    await expect(attempt).rejects.toThrow();
    expectNothingUnverified();
    await download(server);
    expect(
      server.requests
        .filter(({ path }) => path === weightsPath)
        .at(-1)
        ?.headers.get('range'),
    ).toBe('bytes=5000-');
  });

  it('is used by the name of a folder too, which wins', async () => {
    const own = join(root, 'own');
    await mkdir(own);
    await expect(resolveModel(own)).rejects.toThrow(`the folder ${own} must hold config.json`);
    await writeFile(join(own, 'config.json'), '{}');
    expect(await resolveModel(own)).toEqual({ folder: own });
    await expect(resolveModel('./nowhere')).rejects.toThrow('there is no folder ./nowhere');
    const server = await serve();
    expect((await resolveModel('org/tiny', optionsFor(server))).commit).toBe(commit);
  });
});
