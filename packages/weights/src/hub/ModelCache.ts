import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, realpath, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { commitFile } from '../commits/commitFile.js';
import { temporaryPath } from '../commits/temporaryPath.js';
import { assertFileName } from '../folders/assertFileName.js';
import { contentHash } from './contentHash.js';
import { HubError } from './HubError.js';

const commitPattern = /^[0-9a-f]{40}$/;
const hashPattern = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Whether a revision is a whole commit, which never changes. */
export function isCommit(revision: string): boolean {
  return commitPattern.test(revision);
}

/** A content that the hub announced. */
export interface Content {
  /** SHA-256 of a large file, SHA-1 of Git's blob of a small one, in hexadecimal. */
  readonly hash: string;
  /** In bytes. */
  readonly size: number;
}

/**
 * The place of one model in the cache, in the layout of Python's huggingface_hub: `blobs/` holds contents by their hash, `snapshots/<commit>/`
 * links to them by name, `refs/` says which commit a branch or tag is. Ours alone is `verified/`, which holds an empty file for each content whose
 * bytes were compared with its hash.
 *
 * Others may have filled it: nothing is read or written through a link that leads out of it.
 *
 * https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
export class ModelCache {
  /** `…/models--organization--name` */
  readonly folder: string;
  readonly #makeLink: (target: string, path: string) => Promise<void>;

  /**
   * @param cacheDir - holds the folders of all models
   * @param id - `'organization/name'`, checked
   * @param makeLink - default: the file system's; tests pass one that refuses
   */
  constructor(cacheDir: string, id: string, makeLink: (target: string, path: string) => Promise<void> = symlink) {
    this.folder = join(cacheDir, `models--${id.replaceAll('/', '--')}`);
    this.#makeLink = makeLink;
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

  /**
   * Names of the files of a commit that are there, links to nothing left out.
   *
   * @throws HubError when one leads out of the cache
   */
  async filesOf(commit: string): Promise<string[]> {
    const folder = this.snapshot(commit);
    const files: string[] = [];
    for (const path of await readdir(folder, { recursive: true }).catch(() => [])) {
      const place = await this.#placeOf(join(folder, path));
      if (place !== undefined && (await stat(place)).isFile()) files.push(path.split(sep).join('/'));
    }
    return files;
  }

  /**
   * Which files of a commit do not have the bytes that the names of their contents promise. Each is read once, and not again while it stays as it
   * is. Files that are no links, as on systems without them, promise nothing.
   */
  async damagedFiles(commit: string, names: readonly string[]): Promise<string[]> {
    const damaged: string[] = [];
    for (const name of names) {
      const place = await this.#placeOf(join(this.snapshot(commit), name));
      const hash = basename(place ?? '');
      if (place !== undefined && hashPattern.test(hash) && !(await this.#isSound(place, hash))) damaged.push(name);
    }
    return damaged;
  }

  /** Whether a commit has a file with this content, whole and verified. */
  async hasFile(commit: string, name: string, content: Content): Promise<boolean> {
    return this.#holds(join(this.snapshot(commit), name), content);
  }

  /** Whether a content is there, whole and verified. */
  async hasBlob(content: Content): Promise<boolean> {
    return this.#holds(this.blob(content.hash), content);
  }

  /**
   * Makes the folders.
   *
   * @throws HubError when one of them leads out of the cache
   */
  async prepare(): Promise<void> {
    await mkdir(dirname(this.folder), { recursive: true });
    for (const name of ['blobs', 'refs', 'snapshots']) await this.#makeFolder(join(this.folder, name));
  }

  /** Remembers which commit a revision is. */
  async rememberCommit(revision: string, commit: string): Promise<void> {
    // A cache that cannot be written serves as long as there is nothing to write.
    if ((await this.commitOf(revision)) === commit) return;
    const path = join(this.folder, 'refs', revision);
    await this.#makeFolder(dirname(path));
    await commitFile(path, commit);
  }

  /** Gives a verified content its name in a commit: a link to it, or the content itself where links are not allowed. */
  async link(commit: string, name: string, hash: string): Promise<void> {
    assertFileName(name, 'model cache');
    await this.#markVerified(hash);
    const path = join(this.snapshot(commit), name);
    await this.#makeFolder(dirname(path));
    const target = relative(dirname(path), this.blob(hash));
    if ((await readlink(path).catch(() => undefined)) === target) return;
    const temporary = temporaryPath(path);
    try {
      await this.#makeLink(target, temporary);
      await rename(temporary, path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(code)) throw error;
      await rename(this.blob(hash), path).catch((failure: unknown) => {
        // Unless another process has just done the same.
        if (!existsSync(path)) throw failure;
      });
    }
  }

  async #holds(path: string, { hash, size }: Content): Promise<boolean> {
    const place = await this.#placeOf(path);
    return place !== undefined && (await stat(place)).size === size && (await this.#isSound(place, hash));
  }

  /** Compares the bytes of a file with a hash, unless that was done since they were written. */
  async #isSound(place: string, hash: string): Promise<boolean> {
    const { mtimeMs, size } = await stat(place);
    const verifiedMs = await stat(join(this.folder, 'verified', hash)).then(
      (found) => found.mtimeMs,
      () => -Infinity,
    );
    if (verifiedMs >= mtimeMs) return true;
    const found = contentHash(hash, size);
    for await (const piece of createReadStream(place)) found.update(piece as Uint8Array);
    if (found.digest('hex') !== hash) return false;
    // Where nothing can be written, it is read again next time.
    await this.#markVerified(hash).catch(() => undefined);
    return true;
  }

  async #markVerified(hash: string): Promise<void> {
    const path = join(this.folder, 'verified', hash);
    await this.#makeFolder(dirname(path));
    await rm(path, { force: true });
    await writeFile(path, '');
  }

  /** Where a path of the cache leads; undefined when it leads nowhere. */
  async #placeOf(path: string): Promise<string | undefined> {
    if (!existsSync(path)) return undefined;
    const [root, place] = await Promise.all([realpath(dirname(this.folder)), realpath(path)]);
    const own = join(root, basename(this.folder));
    if (place === own || place.startsWith(own + sep)) return place;
    throw new HubError(
      'unsafe-cache',
      `model cache: ${path} must lie inside ${own}, got a link to ${place}. Remove the link, or the whole folder.`,
    );
  }

  /** Makes a folder below the model's, and checks each on the way before anything is made in it. */
  async #makeFolder(path: string): Promise<void> {
    if (path !== this.folder) await this.#makeFolder(dirname(path));
    await mkdir(path, { recursive: true });
    await this.#placeOf(path);
  }
}
