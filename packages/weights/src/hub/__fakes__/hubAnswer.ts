import { createHash } from 'node:crypto';
import type { ReceivedRequest, ScriptedAnswer } from '@crossmodal/testing';

/** A repository on the server: its listing, and its contents with ranges. */
export interface FakeRepository {
  readonly id: string;
  readonly commit: string;
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /** Files that are stored as large ones, by SHA-256. */
  readonly large?: readonly string[];
}

/** Answers as the hub does. */
export function hubAnswer(repository: FakeRepository, { path, headers }: ReceivedRequest): ScriptedAnswer {
  const { id, commit, files, large = [] } = repository;
  if (path.startsWith(`/api/models/${id}/revision/`)) {
    const siblings = Object.entries(files).map(([rfilename, contents]) => {
      const bytes = bytesOf(contents);
      const blobId = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
      const lfs = { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
      return { rfilename, size: bytes.length, blobId, ...(large.includes(rfilename) ? { lfs } : {}) };
    });
    return { status: 200, body: JSON.stringify({ sha: commit, siblings }) };
  }
  const prefix = `/${id}/resolve/${commit}/`;
  const contents = path.startsWith(prefix) ? files[decodeURIComponent(path.slice(prefix.length))] : undefined;
  if (contents === undefined) return { status: 404 };
  const bytes = bytesOf(contents);
  const from = /^bytes=(\d+)-$/.exec(headers.get('range') ?? '')?.[1];
  if (from === undefined) return { status: 200, body: bytes };
  return {
    status: 206,
    headers: { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` },
    body: bytes.subarray(Number(from)),
  };
}

function bytesOf(contents: Uint8Array | string): Uint8Array {
  return typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
}
