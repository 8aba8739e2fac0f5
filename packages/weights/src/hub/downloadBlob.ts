import { createHash, randomUUID, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type HubClient } from './HubClient.js';
import { HubError } from './HubError.js';

/** A content that a server announced. */
export interface Blob {
  /** Path of the request, below the endpoint. */
  readonly path: string;
  /** SHA-256 of a large file, SHA-1 of Git's blob of a small one, in hexadecimal. */
  readonly hash: string;
  /** In bytes. */
  readonly size: number;
}

/**
 * Downloads a content to `target`: all of it, verified, or nothing.
 *
 * What arrives is written to a file of this process alone. When it fails, the part is left under a common name; whoever comes next claims it by
 * renaming it, which only one can, and goes on from its end. No lock is needed: two processes that download the same content at worst do the same
 * work twice.
 *
 * @param onBytes - bytes that are there so far
 * @throws HubError
 */
export async function downloadBlob(
  client: HubClient,
  blob: Blob,
  target: string,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const own = `${target}.${randomUUID()}.incomplete`;
  await claimPart(target, own, client.transport.idleTimeoutMs);
  try {
    const handle = await open(own, 'a+');
    try {
      await fill(client, blob, handle, own, onBytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(own, target);
  } catch (error) {
    // A part of damaged content would be damaged again.
    if (error instanceof HubError && error.code === 'integrity') await rm(own, { force: true });
    else await rename(own, `${target}.incomplete`).catch(() => undefined);
    throw error;
  }
}

/** Takes over what a process left behind: under the common name, or under its own name and silent for longer than any connection may be. */
async function claimPart(target: string, own: string, idleTimeoutMs: number): Promise<void> {
  const prefix = `${basename(target)}.`;
  const parts = (await readdir(dirname(target))).filter(
    (name) => name.startsWith(prefix) && name.endsWith('.incomplete'),
  );
  for (const name of parts) {
    const path = join(dirname(target), name);
    try {
      const isCommon = name === `${prefix}incomplete`;
      const { mtimeMs } = await stat(path);
      if (!isCommon && Date.now() - mtimeMs < 3 * idleTimeoutMs) continue;
      await rename(path, own);
      return;
    } catch {
      // Somebody else was faster.
    }
  }
}

async function fill(
  client: HubClient,
  blob: Blob,
  handle: FileHandle,
  path: string,
  onBytes: (bytes: number) => void,
): Promise<void> {
  let { size: have } = await handle.stat();
  const resumed = have > 0;
  let hash = await hashOfPart(blob, path, have);
  const restart = async (): Promise<void> => {
    await handle.truncate(0);
    have = 0;
    hash = startHash(blob);
  };
  const append = async (response: Response): Promise<void> => {
    assertPlain(response, blob);
    if (have > 0 && response.status !== 206) await restart();
    if (have > 0 && response.headers.get('content-range') !== `bytes ${have}-${blob.size - 1}/${blob.size}`) {
      await restart();
      throw new HubError('network', `${blob.path}: the rest from byte ${have} was asked for, something else came.`);
    }
    for await (const piece of client.pieces(response)) {
      if (have + piece.length > blob.size) {
        throw new HubError(
          'integrity',
          `${blob.path}: ${blob.size} bytes were announced, more arrived. Nothing was kept.`,
        );
      }
      await handle.appendFile(piece);
      hash.update(piece);
      have += piece.length;
      onBytes(have);
    }
    if (have < blob.size) {
      throw new HubError('network', `${blob.path}: ${blob.size} bytes were announced, ${have} arrived.`);
    }
  };
  const fetchRest = (): Promise<void> =>
    client.request(blob.path, () => (have > 0 ? { range: `bytes=${have}-` } : {}), append);
  if (have > blob.size) await restart();
  if (have < blob.size || !resumed) await fetchRest();
  if (resumed && hash.copy().digest('hex') !== blob.hash) {
    // The part was of something else.
    await restart();
    await fetchRest();
  }
  const found = hash.digest('hex');
  if (found !== blob.hash) {
    throw new HubError(
      'integrity',
      `${blob.path}: the content must have the hash ${blob.hash}, got ${found}. Nothing was kept.`,
    );
  }
}

function assertPlain(response: Response, blob: Blob): void {
  const encoding = response.headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity') {
    throw new HubError(
      'integrity',
      `${blob.path}: the content must come as it is, got ${encoding}. A proxy may change it.`,
    );
  }
}

async function hashOfPart(blob: Blob, path: string, have: number): Promise<Hash> {
  const hash = startHash(blob);
  if (have > 0) for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return hash;
}

/** Git hashes a header before the content. */
function startHash({ hash, size }: Blob): Hash {
  return hash.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}
