import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FaultServer, type ReceivedRequest, type ScriptedAnswer, startFaultServer } from '@crossmodal/testing';
import { afterEach, beforeEach, expect } from 'vitest';
import { downloadModel, type DownloadedModel, type DownloadModelOptions } from '../downloadModel.js';
import { HubError } from '../HubError.js';
import { type FakeRepository, hubAnswer } from './hubAnswer.js';

export const commit = '0123456789abcdef0123456789abcdef01234567';
export const weights = Uint8Array.from({ length: 10_000 }, (_, i) => (i * 7 + (i >> 8)) & 255);
export const sha = createHash('sha256').update(weights).digest('hex');
export const repository: FakeRepository = {
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
    'nul.json': 'not wanted',
    'C:config.json': 'not wanted',
    'config.json.': 'not wanted',
  },
};
/** What is fetched besides the weights, in bytes. */
export const otherBytes = '{"model_type":"bert"}[PAD]\n'.length;
export const weightsPath = `/org/tiny/resolve/${commit}/model.safetensors`;

/** Where nothing listens: the port was free a moment ago. */
export const nobody = await startFaultServer(() => ({ status: 500 }));
await nobody.close();

type Answer = (request: ReceivedRequest, earlier: number) => ScriptedAnswer | undefined;

/** An answer with all of the weights. */
export const whole = (): ScriptedAnswer => ({ status: 200, body: weights });
/** Other answers where the weights are asked for. */
export const forWeights =
  (answer: Answer): Answer =>
  (request, earlier) =>
    request.path === weightsPath ? answer(request, earlier) : undefined;

/** Why an attempt failed. */
export async function codeOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(HubError);
  return (error as HubError).code;
}

/** A cache and servers that every test of the file has anew. */
export class TinyHub {
  root = '';
  /** What a download slept, in milliseconds. */
  waits: number[] = [];
  readonly #servers: FaultServer[] = [];

  get cacheDir(): string {
    return join(this.root, 'cache');
  }

  get modelFolder(): string {
    return join(this.cacheDir, 'models--org--tiny');
  }

  readonly closeLater = (server: FaultServer): FaultServer => {
    this.#servers.push(server);
    return server;
  };

  /** A server that answers as the hub does where a test does not say otherwise. */
  readonly serve = async (answer: Answer = () => undefined): Promise<FaultServer> =>
    this.closeLater(
      await startFaultServer((request, earlier) => answer(request, earlier) ?? hubAnswer(repository, request)),
    );

  readonly optionsFor = (server: { url: string }, more: DownloadModelOptions = {}): DownloadModelOptions => ({
    cacheDir: this.cacheDir,
    endpoint: server.url,
    env: {},
    ...more,
    transport: {
      sleep: (ms) => {
        this.waits.push(ms);
        return Promise.resolve();
      },
      now: () => Date.UTC(2026, 0, 1),
      random: () => 0.5,
      // A busy machine is silent for a while too.
      idleTimeoutMs: 20_000,
      ...more.transport,
    },
  });

  readonly download = (server: { url: string }, more?: DownloadModelOptions): Promise<DownloadedModel> =>
    downloadModel('org/tiny', this.optionsFor(server, more));

  expectNothingUnverified(): void {
    expect(existsSync(join(this.modelFolder, 'blobs', sha))).toBe(false);
    expect(existsSync(join(this.modelFolder, 'snapshots', commit, 'model.safetensors'))).toBe(false);
  }

  async start(): Promise<void> {
    this.root = await mkdtemp(join(tmpdir(), 'crossmodal-hub-'));
    this.waits = [];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.splice(0).map((server) => server.close()));
    await rm(this.root, { recursive: true, force: true });
  }
}

/** Starts and stops a {@link TinyHub} around each test of the file. */
export function useTinyHub(): TinyHub {
  const hub = new TinyHub();
  beforeEach(() => hub.start());
  afterEach(() => hub.stop());
  return hub;
}
