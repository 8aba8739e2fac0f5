import { type CheckpointFile, type CheckpointFolder, isOpenFolder } from './CheckpointFolder.js';
import { fileInMemory } from './fileInMemory.js';
import { folderFrom } from './folderFrom.js';

/** Options of the browser's `openFolder`. */
export interface OpenFolderOptions {
  /** How files are fetched; default: the global `fetch`. */
  readonly fetch?: (url: URL, options?: { method: string; headers?: Record<string, string> }) => Promise<Response>;
}

/**
 * Opens a checkpoint folder behind a URL. Nothing is fetched yet.
 *
 * Files that are read piece by piece are asked for in ranges; where the server does not answer in ranges, they are fetched once, whole.
 *
 * @param location - URL of the folder; relative ones count from the page; a folder that is open already is returned as it is
 * @param options - how to fetch
 */
export function openFolder(
  location: string | URL | CheckpointFolder,
  { fetch: fetchFile = (url, options) => fetch(url, options) }: OpenFolderOptions = {},
): CheckpointFolder {
  if (isOpenFolder(location)) return location;
  const base = new URL(String(location), pageUrl());
  // Without the slash, file names would replace the last part of the path.
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const urlOf = (name: string): URL => new URL(name.split('/').map(encodeURIComponent).join('/'), base);
  const read = async (name: string): Promise<Uint8Array> => {
    const response = await fetchFile(urlOf(name));
    if (!response.ok) throw unreadable(base, name, `status ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const promised = response.headers.get('content-length');
    // With a content encoding the header counts compressed bytes.
    if (promised !== null && !response.headers.get('content-encoding') && Number(promised) !== bytes.length) {
      throw unreadable(base, name, `${bytes.length} of ${promised} bytes`);
    }
    return bytes;
  };
  const fetchRange = (name: string, start: number, length: number): Promise<Response> =>
    fetchFile(urlOf(name), { method: 'GET', headers: { range: `bytes=${start}-${start + length - 1}` } });
  return folderFrom({
    location: base.href,
    read,
    has: async (name) => {
      const { ok, status } = await fetchFile(urlOf(name), { method: 'HEAD' });
      if (!ok && status !== 404 && status !== 410) throw unreadable(base, name, `status ${status}`);
      return ok;
    },
    open: async (name) => {
      const first = await fetchRange(name, 0, 1);
      await first.body?.cancel();
      const size = sizeOf(first);
      if (size === undefined) return fileInMemory(await read(name));
      return rangedFile(size, async (start, length) => {
        const response = await fetchRange(name, start, length);
        const bytes = new Uint8Array(await response.arrayBuffer());
        if (sizeOf(response) !== size || bytes.length !== length) {
          throw unreadable(base, name, `${bytes.length} of ${length} bytes with status ${response.status}`);
        }
        return bytes;
      });
    },
  });
}

function rangedFile(size: number, readRange: CheckpointFile['read']): CheckpointFile {
  return {
    size,
    // There is no range of no bytes.
    read: (start, length) => (length === 0 ? Promise.resolve(new Uint8Array()) : readRange(start, length)),
    close: () => Promise.resolve(),
  };
}

/** The size of the file of which a response is a range; undefined when it is none. */
function sizeOf(response: Response): number | undefined {
  const total = /^bytes \d+-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
  return response.status === 206 && total !== undefined ? Number(total) : undefined;
}

/** Workers and servers may have no page. */
function pageUrl(): string | undefined {
  return (globalThis as { location?: { href: string } }).location?.href;
}

function unreadable(base: URL, name: string, received: string): Error {
  return new Error(`openFolder(${base.href}): "${name}" must be a readable file, got ${received}.`);
}
