import { dirname, join } from 'node:path/posix';
import { type FileSystem, type FolderEntry, type OpenFile } from '../FileSystem.js';

interface Inode {
  /** Of a file: what a reader sees. */
  contents: Uint8Array;
  /** Of a folder: what a reader sees. */
  entries: Map<string, Inode> | undefined;
  /** What a power failure leaves. */
  readonly onDisk: { contents: Uint8Array; entries: Map<string, Inode> };
}

/** A change that a reader sees and a power failure may lose, until its inode is synced. */
interface PendingEffect {
  readonly inode: Inode;
  readonly reachDisk: () => void;
}

/** The process or the machine stops here. */
export class Crash extends Error {}

/**
 * A file system in memory that knows what is on the disk and what only readers see.
 *
 * As on a real one, contents and names reach the disk independently and in any order, unless they are synced; what was never
 * written back of a file is missing in it. A rename within one folder happens whole or not at all.
 */
export class MemoryFileSystem implements FileSystem {
  /** The operations so far, as `'rename /a -> /b'`. */
  readonly operations: string[] = [];
  #root = newFolder();
  #pending: PendingEffect[] = [];
  readonly #before: (operation: string, index: number) => void;

  /** @param before - called before each operation, with its index; what it throws the operation throws */
  constructor(before: (operation: string, index: number) => void = () => undefined) {
    this.#before = before;
  }

  async create(path: string): Promise<OpenFile> {
    await this.#begin(`create ${path}`);
    const folder = this.#folder(dirname(path));
    if (folder.entries?.has(nameOf(path))) throw systemError('EEXIST', 'open');
    const inode = newFile();
    this.#setEntries(folder, { [nameOf(path)]: inode });
    return {
      write: async (contents) => {
        await this.#begin(`write ${path}`);
        inode.contents = Uint8Array.from([...inode.contents, ...contents]);
        const written = inode.contents;
        this.#pending.push({ inode, reachDisk: () => (inode.onDisk.contents = written) });
      },
      sync: async () => {
        await this.#begin(`sync ${path}`);
        this.#flush(inode);
      },
      close: () => this.#begin(`close ${path}`),
    };
  }

  async sync(path: string): Promise<void> {
    await this.#begin(`sync ${path}`);
    this.#flush(this.#require(path));
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#begin(`rename ${from} -> ${to}`);
    const inode = this.#require(from);
    if (dirname(from) !== dirname(to)) throw systemError('EXDEV', 'rename');
    const replaced = this.#find(to);
    if (replaced && (replaced.entries?.size ?? 1) > 0 && inode.entries) throw systemError('ENOTEMPTY', 'rename');
    this.#setEntries(this.#folder(dirname(from)), { [nameOf(from)]: undefined, [nameOf(to)]: inode });
  }

  async makeFolder(path: string): Promise<void> {
    await this.#begin(`makeFolder ${path}`);
    let at = '/';
    for (const name of path.split('/').filter(Boolean)) {
      const folder = this.#folder(at);
      if (!folder.entries?.has(name)) {
        this.#setEntries(folder, { [name]: newFolder() });
        this.#flush(folder);
      }
      at = join(at, name);
    }
  }

  async list(path: string): Promise<FolderEntry[]> {
    await this.#begin(`list ${path}`);
    const entries = this.#find(path)?.entries ?? new Map<string, Inode>();
    return [...entries].map(([name, inode]) => ({ name, isFolder: inode.entries !== undefined }));
  }

  async exists(path: string): Promise<boolean> {
    await this.#begin(`exists ${path}`);
    return this.#find(path) !== undefined;
  }

  async remove(path: string): Promise<void> {
    await this.#begin(`remove ${path}`);
    if (!this.#find(path)) return;
    this.#removeTree(path);
  }

  async freeBytes(): Promise<number> {
    await Promise.resolve();
    return 512;
  }

  /** Puts a file on the disk, without an operation. */
  put(path: string, text: string): void {
    let folder = this.#root;
    for (const name of dirname(path).split('/').filter(Boolean)) {
      const inner = folder.entries?.get(name) ?? newFolder();
      folder.entries?.set(name, inner);
      folder.onDisk.entries.set(name, inner);
      folder = inner;
    }
    const file = newFile();
    file.contents = file.onDisk.contents = new TextEncoder().encode(text);
    folder.entries?.set(nameOf(path), file);
    folder.onDisk.entries.set(nameOf(path), file);
  }

  /** All files and their texts, and empty folders with `'(folder)'`. */
  tree(): Record<string, string> {
    return Object.fromEntries(treeOf(this.#root, ''));
  }

  /** A power failure: of the changes that are not synced, those stay for which `survives` says so. */
  loseUnsynced(survives: (index: number) => boolean): void {
    for (const [index, { reachDisk }] of this.#pending.entries()) if (survives(index)) reachDisk();
    this.#pending = [];
    restore(this.#root);
  }

  /** The number of changes that a power failure may lose now. */
  get unsynced(): number {
    return this.#pending.length;
  }

  async #begin(operation: string): Promise<void> {
    await Promise.resolve();
    this.#before(operation, this.operations.length);
    this.operations.push(operation);
  }

  #setEntries(folder: Inode, changes: Readonly<Record<string, Inode | undefined>>): void {
    const apply = (entries: Map<string, Inode>): void => {
      for (const [name, inode] of Object.entries(changes)) {
        if (inode) entries.set(name, inode);
        else entries.delete(name);
      }
    };
    if (folder.entries) apply(folder.entries);
    this.#pending.push({ inode: folder, reachDisk: () => apply(folder.onDisk.entries) });
  }

  /** What is in it goes first, each removal by itself. */
  #removeTree(path: string): void {
    for (const name of this.#find(path)?.entries?.keys() ?? []) this.#removeTree(join(path, name));
    this.#setEntries(this.#folder(dirname(path)), { [nameOf(path)]: undefined });
  }

  #flush(inode: Inode): void {
    for (const { reachDisk } of this.#pending.filter((effect) => effect.inode === inode)) reachDisk();
    this.#pending = this.#pending.filter((effect) => effect.inode !== inode);
  }

  #find(path: string): Inode | undefined {
    return path
      .split('/')
      .filter(Boolean)
      .reduce<Inode | undefined>((inode, name) => inode?.entries?.get(name), this.#root);
  }

  #require(path: string): Inode {
    const inode = this.#find(path);
    if (!inode) throw systemError('ENOENT', 'open');
    return inode;
  }

  #folder(path: string): Inode {
    const inode = this.#require(path);
    if (!inode.entries) throw systemError('ENOTDIR', 'open');
    return inode;
  }
}

/** An error as Node's file system throws it. */
export function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: from the test, ${syscall}`), { code, syscall });
}

function newFile(): Inode {
  return { contents: new Uint8Array(), entries: undefined, onDisk: { contents: new Uint8Array(), entries: new Map() } };
}

function newFolder(): Inode {
  return { ...newFile(), entries: new Map() };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function restore(inode: Inode): void {
  inode.contents = inode.onDisk.contents;
  if (!inode.entries) return;
  inode.entries = new Map(inode.onDisk.entries);
  for (const inner of inode.entries.values()) restore(inner);
}

function treeOf(inode: Inode, path: string): [string, string][] {
  if (!inode.entries) return [[path, new TextDecoder().decode(inode.contents)]];
  if (inode.entries.size === 0) return [[path, '(folder)']];
  return [...inode.entries].flatMap(([name, inner]) => treeOf(inner, `${path}/${name}`));
}
