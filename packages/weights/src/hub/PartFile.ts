import { randomUUID } from 'node:crypto';
import { constants, createReadStream, existsSync } from 'node:fs';
import { copyFile, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What follows the name of the content: who writes, and the server's name for the bytes. */
const namePattern = /^(?:\.(?<owner>[0-9a-f-]{8,36}))?(?:\.etag-(?<etag>[\w-]+))?\.incomplete$/;
/** A strong ETag that fits into a name; a weak one does not promise the same bytes. */
const strongEtag = /^"[\x21\x23-\x7e]{1,120}"$/;

/**
 * The part of a content that has arrived: `<content>[.<owner>][.etag-…].incomplete` beside the place of the content.
 *
 * Only one process ever writes to such a file, since its name holds a random owner. Whoever gives up takes the owner out of the name; whoever
 * comes next claims the file by renaming it, which only one can. A file that has kept its owner and is silent is copied, as its owner may
 * only be asleep. No lock is needed.
 */
export class PartFile {
  readonly #target: string;
  readonly #owner: string;
  readonly #silentMs: number;
  readonly #handle: FileHandle;
  #path: string;
  #size: number;
  #etag: string | undefined;

  private constructor(target: string, owner: string, silentMs: number, path: string, handle: FileHandle, size: number) {
    this.#target = target;
    this.#owner = owner;
    this.#silentMs = silentMs;
    this.#path = path;
    this.#handle = handle;
    this.#size = size;
    this.#etag = etagOf(path, target);
  }

  /**
   * Takes over what is there, or begins with nothing.
   *
   * @param target - place of the content
   * @param silentMs - milliseconds after which a part that nobody wrote to counts as left behind
   */
  static async claim(target: string, silentMs: number): Promise<PartFile> {
    const owner = randomUUID();
    let path = nameOf(target, owner, undefined);
    for (const part of await leftBehind(target, silentMs)) {
      const claimed = nameOf(target, owner, etagOf(part.path, target));
      try {
        await (part.isFree ? rename(part.path, claimed) : copyFile(part.path, claimed, constants.COPYFILE_FICLONE));
        path = claimed;
        break;
      } catch (error) {
        // Somebody else was faster.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    const handle = await open(path, 'a');
    return new PartFile(target, owner, silentMs, path, handle, (await handle.stat()).size);
  }

  /** In bytes. */
  get size(): number {
    return this.#size;
  }

  /** Strong ETag under which the bytes came, if there was one. */
  get etag(): string | undefined {
    return this.#etag;
  }

  /** What is there. */
  contents(): AsyncIterable<Uint8Array> {
    return createReadStream(this.#path);
  }

  /**
   * Drops what is there.
   *
   * @param etag - of the bytes that come next, if the server has one
   */
  async restart(etag?: string | null): Promise<void> {
    await this.#handle.truncate(0);
    this.#size = 0;
    this.#etag = strongEtag.test(etag ?? '') ? (etag ?? undefined) : undefined;
    await this.#rename(nameOf(this.#target, this.#owner, this.#etag));
  }

  /** Adds bytes at the end. */
  async append(piece: Uint8Array): Promise<void> {
    await this.#handle.appendFile(piece);
    this.#size += piece.length;
  }

  /** Gives a whole content its place, and removes what others left of it. */
  async finish(): Promise<void> {
    await this.#handle.sync();
    await this.#handle.close();
    try {
      await rename(this.#path, this.#target);
    } catch (error) {
      // Another process has finished the same content and cleaned up, or holds it open, which Windows minds.
      if (!existsSync(this.#target)) throw error;
      await rm(this.#path, { force: true });
    }
    for (const { path } of await leftBehind(this.#target, this.#silentMs)) await rm(path, { force: true });
  }

  /** Leaves the part to whoever comes next. */
  async giveUp(): Promise<void> {
    await this.#handle.close();
    await this.#rename(nameOf(this.#target, undefined, this.#etag)).catch(() => undefined);
  }

  /** Removes the part. */
  async discard(): Promise<void> {
    await this.#handle.close();
    await rm(this.#path, { force: true });
  }

  async #rename(path: string): Promise<void> {
    if (path === this.#path) return;
    await rename(this.#path, path);
    this.#path = path;
  }
}

/** Parts that nobody writes to, those that were given up first. Links are none: what is written must stay in the cache. */
async function leftBehind(target: string, silentMs: number): Promise<{ path: string; isFree: boolean }[]> {
  const entries = await readdir(dirname(target), { withFileTypes: true });
  const parts: { path: string; isFree: boolean }[] = [];
  for (const entry of entries) {
    const match = entry.isFile() ? matchName(entry.name, target) : null;
    if (!match) continue;
    const path = join(dirname(target), entry.name);
    const isFree = match.groups?.owner === undefined;
    const silentSince = isFree
      ? 0
      : await stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => Infinity,
        );
    if (Date.now() - silentSince >= silentMs) parts.push({ path, isFree });
  }
  return parts.sort((a, b) => Number(b.isFree) - Number(a.isFree));
}

function nameOf(target: string, owner: string | undefined, etag: string | undefined): string {
  const tag = etag === undefined ? '' : `.etag-${Buffer.from(etag).toString('base64url')}`;
  return `${target}${owner === undefined ? '' : `.${owner}`}${tag}.incomplete`;
}

function etagOf(path: string, target: string): string | undefined {
  const encoded = matchName(basename(path), target)?.groups?.etag;
  const etag = encoded === undefined ? '' : Buffer.from(encoded, 'base64url').toString('latin1');
  return strongEtag.test(etag) ? etag : undefined;
}

function matchName(name: string, target: string): RegExpExecArray | null {
  const content = basename(target);
  return name.startsWith(content) ? namePattern.exec(name.slice(content.length)) : null;
}
