import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { commitFolder, downloadFile, type DownloadFileOptions } from '@crossmodal/weights';
import { type LibraryArchive } from './libraryArchives.js';
import { readLibraryFolder } from './readLibraryFolder.js';
import { type RunProcess } from './runProcess.js';
import { SetupError } from './SetupError.js';
import { type TensorflowLibrary } from './TensorflowLibrary.js';

/** Options of {@link fetchLibrary}. */
export interface FetchLibraryOptions extends Pick<DownloadFileOptions, 'env' | 'onProgress' | 'signal' | 'transport'> {
  readonly run: RunProcess;
}

/** Where an archive is unpacked: beside what is built against it, so that building anew downloads nothing. */
export function libraryFolder(setupFolder: string, { version }: LibraryArchive): string {
  return join(dirname(setupFolder), `libtensorflow-${version}-${basename(setupFolder)}`);
}

/**
 * Downloads an archive of TensorFlow's C library and unpacks it; finds it there the next time. A download that was interrupted goes on where it
 * stopped, and nothing is unpacked whose hash is not the pinned one.
 *
 * @param archive - address and hash
 * @param folder - where to unpack it
 * @param options - how to run `tar`, and the network
 * @throws HubError when the archive cannot be had; its `code` says why
 * @throws SetupError when it cannot be unpacked or lacks a file
 */
export async function fetchLibrary(
  { url, sha256 }: LibraryArchive,
  folder: string,
  { run, ...network }: FetchLibraryOptions,
): Promise<TensorflowLibrary> {
  if (existsSync(folder)) return readLibraryFolder(folder, 'download');
  const file = `${folder}.tar.gz`;
  await downloadFile(url, file, { sha256, ...network });
  await commitFolder(folder, async (temporary) => {
    const { status, stderr } = await run('tar', ['-xzf', file, '-C', temporary]);
    if (status === 'ENOENT') {
      throw new SetupError(
        'library',
        'fetchLibrary: the program "tar" is missing. Install it: sudo apt-get install tar.',
      );
    }
    if (status !== 0) throw new SetupError('library', `${file}: tar ended with ${status}: ${stderr.trim()}`);
  });
  await rm(file);
  return readLibraryFolder(folder, 'download');
}
