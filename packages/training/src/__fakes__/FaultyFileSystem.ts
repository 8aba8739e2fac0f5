import { type FileSystem, type FolderEntry, type OpenFile } from '@crossmodal/weights';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';

/** What goes wrong, and when. */
export interface Fault {
  /** The operation that fails; counts from 1. */
  readonly at: number;
  /** `'once'`: this operation fails with ENOSPC. `'dead'`: nothing happens from there on, as after a kill. */
  readonly kind: 'once' | 'dead';
}

/** This machine's file system with one fault. It waits for no disk: what a test writes need not survive a power cut. */
export class FaultyFileSystem implements FileSystem {
  readonly #fault: Fault;
  /** Operations so far. */
  operations = 0;

  constructor(fault: Fault = { at: Infinity, kind: 'once' }) {
    this.#fault = fault;
  }

  /** Whether the fault was met. */
  get fired(): boolean {
    return this.operations >= this.#fault.at;
  }

  async create(path: string): Promise<OpenFile> {
    this.#act('open');
    const file = await open(path, 'wx');
    return {
      write: async (contents) => {
        try {
          this.#act('write');
        } catch (error) {
          // A disk that is full, or a process that dies, has written something.
          await file.writeFile(contents.subarray(0, contents.length / 2));
          throw error;
        }
        await file.writeFile(contents);
      },
      sync: () => this.sync(),
      close: () => file.close(),
    };
  }

  sync(): Promise<void> {
    return this.#run('fsync', () => Promise.resolve());
  }

  rename(from: string, to: string): Promise<void> {
    return this.#run('rename', () => rename(from, to));
  }

  async makeFolder(path: string): Promise<void> {
    await this.#run('mkdir', () => mkdir(path, { recursive: true }));
  }

  async list(path: string): Promise<FolderEntry[]> {
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
  }

  exists(path: string): Promise<boolean> {
    return lstat(path).then(
      () => true,
      () => false,
    );
  }

  remove(path: string): Promise<void> {
    return this.#run('rm', () => rm(path, { recursive: true, force: true }));
  }

  freeBytes(): Promise<number> {
    return Promise.resolve(1234);
  }

  async #run<T>(syscall: string, action: () => Promise<T>): Promise<T> {
    this.#act(syscall);
    return action();
  }

  #act(syscall: string): void {
    this.operations += 1;
    const { at, kind } = this.#fault;
    if (this.operations === at || (kind === 'dead' && this.operations > at)) {
      throw Object.assign(new Error(`ENOSPC: ${syscall}`), { code: 'ENOSPC', syscall });
    }
  }
}
