import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, realpath, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { commitFile } from '../commits/commitFile.js';
import { assertFileName } from '../folders/assertFileName.js';
import { HubError } from './HubError.js';

const commitPattern = /^[0-9a-f]{40}$/;

/** Whether a revision is a whole commit, which never changes. */
export function isCommit(revision: string): boolean {
  return commitPattern.test(revision);
}

/**
 * The place of one model in the cache, in the layout of Python's huggingface_hub: `blobs/` holds contents by their hash, `snapshots/<commit>/`
 * links to them by name, `refs/` says which commit a branch or tag is.
 *
 * https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
export class ModelCache {
  /** `…/models--organization--name` */
  readonly folder: string;
  readonly #cacheDir: string;

  /**
   * @param cacheDir - holds the folders of all models
   * @param id - `'organization/name'`, checked
   */
  constructor(cacheDir: string, id: string) {
    this.#cacheDir = cacheDir;
    this.folder = join(cacheDir, `models--${id.replaceAll('/', '--')}`);
  }

  /** The folder of a commit's files. */
  snapshot(commit: string): string {
    return join(this.folder, 'snapshots', commit);
  }

  /** Where a content lies once it is whole and verified. */
  blob(hash: string): string {
    return join(this.folder, 'blobs', hash);
  }

  /** The commit that a revision was when it was last looked up, or undefined. */
  async commitOf(revision: string): Promise<string | undefined> {
    if (isCommit(revision)) return existsSync(this.snapshot(revision)) ? revision : undefined;
    try {
      const commit = (await readFile(join(this.folder, 'refs', revision), 'utf8')).trim();
      return isCommit(commit) ? commit : undefined;
    } catch {
      return undefined;
    }
  }

  /** Names of the files of a commit that are there, links to nothing left out. */
  async filesOf(commit: string): Promise<string[]> {
    const folder = this.snapshot(commit);
    const names = await readdir(folder).catch(() => []);
    return names.filter((name) => existsSync(join(folder, name)));
  }

  /** Whether a content is there with all its bytes. */
  async hasBlob(hash: string, size: number): Promise<boolean> {
    return stat(this.blob(hash)).then(
      (found) => found.size === size,
      () => false,
    );
  }

  /**
   * Makes the folders, and checks that none of them leads out of the cache.
   *
   * @throws HubError when one does, or cannot be written
   */
  async prepare(): Promise<void> {
    await mkdir(this.#cacheDir, { recursive: true });
    const root = await realpath(this.#cacheDir);
    for (const name of ['blobs', 'refs', 'snapshots']) {
      const path = join(this.folder, name);
      await mkdir(path, { recursive: true });
      const real = await realpath(path);
      if (!real.startsWith(root + sep)) {
        throw new HubError(
          'not-writable',
          `model cache: ${path} must lie inside ${root}, got a link to ${real}. Remove the link.`,
        );
      }
    }
  }

  /** Remembers which commit a revision is. */
  async rememberCommit(revision: string, commit: string): Promise<void> {
    if (isCommit(revision)) return;
    const path = join(this.folder, 'refs', revision);
    await mkdir(dirname(path), { recursive: true });
    await commitFile(path, commit);
  }

  /** Gives a verified content its name in a commit: a link, or a copy where links are not allowed. */
  async link(commit: string, name: string, hash: string): Promise<void> {
    assertFileName(name, 'model cache');
    const path = join(this.snapshot(commit), name);
    await mkdir(dirname(path), { recursive: true });
    if (existsSync(path)) return;
    // A link whose content was removed.
    await rm(path, { force: true });
    try {
      await symlink(relative(dirname(path), this.blob(hash)), path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EEXIST') return;
      if (code !== 'EPERM' && code !== 'ENOTSUP') throw error;
      await copyFile(this.blob(hash), path);
    }
  }
}
