import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { defaultTransport } from './defaultTransport.js';
import { downloadBlob } from './downloadBlob.js';
import { type DownloadProgress } from './downloadModel.js';
import { HubClient, type HubTransport } from './HubClient.js';
import { HubError } from './HubError.js';
import { proxyHint, type Environment } from './hubSettings.js';
import { explainStorageFailure } from './storageFailure.js';

/** Options of {@link downloadFile}. */
export interface DownloadFileOptions {
  /** SHA-256 of the content, in hexadecimal: what else arrives is refused. */
  readonly sha256: string;
  /** Hears about each piece that arrives. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Gives up when it is aborted; what has arrived is used next time. */
  readonly signal?: AbortSignal | undefined;
  /** Default `process.env`. */
  readonly env?: Environment | undefined;
  /** The network and the clock, for proxies and tests; what is missing is the default. */
  readonly transport?: Partial<HubTransport> | undefined;
}

/**
 * Downloads one file whose hash is known beforehand, or finds it there: all of it, verified, or nothing. A download that was interrupted goes
 * on where it stopped. No token is sent.
 *
 * @param url - `https:`, or `http:` for a mirror nearby: the hash decides what is accepted
 * @param target - path of the file; folders above it are created
 * @param options - the hash, and who hears about it
 * @throws RangeError when `url` is no web address or `sha256` no hash
 * @throws HubError when it cannot be had; its `code` says why
 *
 * @example
 * await downloadFile('https://example.org/library.tar.gz', 'library.tar.gz', { sha256 });
 */
export async function downloadFile(
  url: string,
  target: string,
  { sha256, onProgress, signal, env = process.env, transport }: DownloadFileOptions,
): Promise<void> {
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new RangeError(
      `downloadFile: sha256 must be 64 lower-case hexadecimal digits, got "${sha256.slice(0, 80)}".`,
    );
  }
  const { origin, pathname, search } = parseWebAddress(url);
  if (existsSync(target) && (await hashOf(target)) === sha256) return;
  const client = new HubClient({
    endpoint: origin,
    token: undefined,
    transport: { ...defaultTransport, ...transport },
    signal,
    hint: proxyHint(env),
    explain: explainStatus,
    advice: 'Check the network.',
  });
  const path = pathname + search;
  const total = await client.request(path, () => ({ range: 'bytes=0-0' }), readSize);
  try {
    await mkdir(dirname(target), { recursive: true });
    await downloadBlob(client, { path, hash: sha256, size: total }, target, (done) => onProgress?.({ done, total }));
  } catch (error) {
    throw explainStorageFailure(error, dirname(target));
  }
}

function parseWebAddress(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:') {
    throw new RangeError(`downloadFile: url must begin with https:// or http://, got "${url.slice(0, 80)}".`);
  }
  return parsed;
}

/** Of the whole content, in bytes, from an answer about its first one. */
async function readSize(response: Response): Promise<number> {
  const { status, headers } = response;
  const { origin, pathname } = new URL(response.url); // without its query, which may hold secrets
  const announced = status === 206 ? headers.get('content-range')?.split('/')[1] : headers.get('content-length');
  await response.body?.cancel();
  const size = Number(announced ?? Number.NaN);
  if (Number.isSafeInteger(size) && size > 0) return size;
  throw new HubError(
    'integrity',
    `${origin}${pathname}: the server must say how long the file is, got ${announced ?? 'nothing'}.`,
  );
}

function explainStatus({ status }: Response, where: string): HubError {
  if (status === 404 || status === 410) {
    return new HubError('not-found', `${where}: there is no such file (status ${status}).`);
  }
  if (status === 401 || status === 403) {
    return new HubError('unauthorized', `${where}: the server or a proxy refuses (status ${status}).`);
  }
  return new HubError('network', `${where}: the server must answer. Try again later (status ${status}).`);
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}
