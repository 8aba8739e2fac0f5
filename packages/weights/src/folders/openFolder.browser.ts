import { type CheckpointFolder } from './CheckpointFolder.js';
import { folderFrom } from './folderFrom.js';

/** Options of the browser's `openFolder`. */
export interface OpenFolderOptions {
  /** How files are fetched; default: the global `fetch`. */
  readonly fetch?: (url: URL, options?: { method: string }) => Promise<Response>;
}

/**
 * Opens a checkpoint folder behind a URL. Nothing is fetched yet.
 *
 * @param location - URL of the folder; relative ones count from the page
 * @param options - how to fetch
 */
export function openFolder(
  location: string | URL,
  { fetch: fetchFile = (url, options) => fetch(url, options) }: OpenFolderOptions = {},
): CheckpointFolder {
  const base = new URL(String(location), pageUrl());
  // Without the slash, file names would replace the last part of the path.
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const urlOf = (name: string): URL => new URL(name.split('/').map(encodeURIComponent).join('/'), base);
  return folderFrom({
    location: base.href,
    has: async (name) => {
      const { ok, status } = await fetchFile(urlOf(name), { method: 'HEAD' });
      if (!ok && status !== 404 && status !== 410) throw unreadable(base, name, `status ${status}`);
      return ok;
    },
    read: async (name) => {
      const response = await fetchFile(urlOf(name));
      if (!response.ok) throw unreadable(base, name, `status ${response.status}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      const promised = response.headers.get('content-length');
      // With a content encoding the header counts compressed bytes.
      if (promised !== null && !response.headers.get('content-encoding') && Number(promised) !== bytes.length) {
        throw unreadable(base, name, `${bytes.length} of ${promised} bytes`);
      }
      return bytes;
    },
  });
}

/** Workers and servers may have no page. */
function pageUrl(): string | undefined {
  return (globalThis as { location?: { href: string } }).location?.href;
}

function unreadable(base: URL, name: string, received: string): Error {
  return new Error(`openFolder(${base.href}): "${name}" must be a readable file, got ${received}.`);
}
