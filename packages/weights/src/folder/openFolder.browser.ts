import { type CheckpointFolder, folderFrom } from './CheckpointFolder.js';

/**
 * Opens a folder behind a URL for reading.
 *
 * @param location - URL of the folder, absolute or relative to the page
 */
export function openFolder(location: string | URL): CheckpointFolder {
  const base = String(location).replace(/\/*$/, '/');
  return folderFrom(base, async (name) => {
    const response = await fetch(base + name.split('/').map(encodeURIComponent).join('/'));
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`${base}: ${name} could not be fetched, status ${response.status}.`);
    return new Uint8Array(await response.arrayBuffer());
  });
}
