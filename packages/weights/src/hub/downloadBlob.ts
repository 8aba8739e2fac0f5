import { type Hash } from 'node:crypto';
import { contentHash } from './contentHash.js';
import { type HubClient } from './HubClient.js';
import { HubError } from './HubError.js';
import { type Content } from './ModelCache.js';
import { PartFile } from './PartFile.js';

/** A content, and where it is asked for. */
export interface Blob extends Content {
  /** Path of the request, below the endpoint. */
  readonly path: string;
}

/**
 * Downloads a content to `target`: all of it, verified, or nothing. A part that was left is continued where the server still has the bytes that
 * it begins with.
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
  // No connection may be silent for so long.
  const part = await PartFile.claim(target, 3 * client.transport.idleTimeoutMs);
  try {
    await fill(client, blob, part, onBytes);
    await part.finish();
  } catch (error) {
    // A part of damaged content would be damaged again.
    await (error instanceof HubError && error.code === 'integrity' ? part.discard() : part.giveUp());
    throw error;
  }
}

async function fill(client: HubClient, blob: Blob, part: PartFile, onBytes: (bytes: number) => void): Promise<void> {
  const resumed = part.size > 0;
  let hash = await hashOf(part, blob);
  const restart = async (etag?: string | null): Promise<void> => {
    await part.restart(etag);
    hash = contentHash(blob.hash, blob.size);
  };
  const append = async (response: Response): Promise<void> => {
    assertPlain(response, blob);
    if (response.status === 200) await restart(response.headers.get('etag'));
    else if (!continues(response, part, blob.size)) {
      const { size } = part;
      await restart();
      throw new HubError('network', `${blob.path}: the rest from byte ${size} was asked for, something else came.`);
    }
    for await (const piece of client.pieces(response)) {
      if (part.size + piece.length > blob.size) {
        throw new HubError(
          'integrity',
          `${blob.path}: ${blob.size} bytes were announced, more arrived. Nothing was kept.`,
        );
      }
      await part.append(piece);
      hash.update(piece);
      onBytes(part.size);
    }
    if (part.size < blob.size) {
      throw new HubError('network', `${blob.path}: ${blob.size} bytes were announced, ${part.size} arrived.`);
    }
  };
  const fetchRest = (): Promise<void> => client.request(blob.path, () => rangeAfter(part), append);
  if (part.size > blob.size) await restart();
  if (part.size < blob.size || !resumed) await fetchRest();
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

/** Asks for the rest, and for everything if the server's bytes are others by now. */
function rangeAfter({ size, etag }: PartFile): Record<string, string> {
  if (size === 0) return {};
  return { range: `bytes=${size}-`, ...(etag === undefined ? {} : { 'if-range': etag }) };
}

function continues({ status, headers }: Response, { size, etag }: PartFile, total: number): boolean {
  const received = headers.get('etag');
  const isSame = etag === undefined || received === null || received === etag;
  return status === 206 && isSame && size > 0 && headers.get('content-range') === `bytes ${size}-${total - 1}/${total}`;
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

async function hashOf(part: PartFile, { hash: expected, size }: Blob): Promise<Hash> {
  const hash = contentHash(expected, size);
  for await (const piece of part.contents()) hash.update(piece);
  return hash;
}
