import { type TensorflowDevice } from '@crossmodal/backends';
import { type LibraryArchive, libraryArchive } from './libraryArchives.js';
import { SetupError } from './SetupError.js';

/** Where TensorFlow's C library comes from. */
export type LibraryChoice =
  | { readonly from: 'python'; readonly python: string }
  | { readonly from: 'folder'; readonly folder: string }
  | { readonly from: 'download'; readonly archive: LibraryArchive };

/**
 * Where the C library comes from, by the flags of the command.
 *
 * @param device - processor or graphics processor
 * @param flags - `fromPython` is true for the `python3` on the path
 * @param machine - default the one this code runs on
 * @throws SetupError when TensorFlow publishes no library for the machine
 */
export function chooseLibrary(
  device: TensorflowDevice,
  { tfLib, fromPython }: { readonly tfLib?: string; readonly fromPython?: string | true },
  { platform, arch }: { readonly platform: string; readonly arch: string } = process,
): LibraryChoice {
  if (platform !== 'linux' && platform !== 'darwin') {
    throw new SetupError(
      'platform',
      `setup tensorflow: works on Linux and macOS, this is ${platform}. On Windows use it inside WSL 2.`,
    );
  }
  if (fromPython !== undefined) return { from: 'python', python: fromPython === true ? 'python3' : fromPython };
  if (tfLib !== undefined) return { from: 'folder', folder: tfLib };
  const archive = libraryArchive(platform, arch, device);
  if (archive) return { from: 'download', archive };
  throw new SetupError(
    'platform',
    `setup tensorflow: TensorFlow publishes no C library for ${platform} ${arch} (${device}). ` +
      'Use --from-python with an installed TensorFlow, or --tf-lib with a library of your own.',
  );
}
