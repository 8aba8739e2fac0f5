import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { commitFile } from '@crossmodal/weights';
import { ConfigError } from '../config/ConfigError.js';

/** Told when a file that training can do without cannot be written. */
export type OnWriteFailure = (message: string) => void;

/** File in a project that names its latest run. */
const LATEST = 'latest';

/** The folder of one run; its layout is described in the guide "the run folder". */
export class RunFolder {
  private readonly failed = new Set<string>();

  private constructor(
    readonly path: string,
    private begun: boolean,
  ) {}

  /**
   * Creates `project/name-<n>` with the next free number; never touches an existing run.
   *
   * Creation itself claims the number, so two runs that start together get two folders.
   */
  static async create(project: string, name: string): Promise<RunFolder> {
    if (!/^[\w.-]+$/.test(name) || /^\.+$/.test(name)) {
      throw new ConfigError(`config: name may hold letters, digits, "-", "_" and ".", got ${JSON.stringify(name)}.`);
    }
    await mkdir(project, { recursive: true });
    const pattern = new RegExp(`^${name.replace(/[.]/g, '\\.')}-(\\d+)$`);
    const numbers = (await readdir(project)).map((entry) => Number(pattern.exec(entry)?.[1] ?? 0));
    for (let number = Math.max(0, ...numbers) + 1; ; number++) {
      const path = resolve(project, `${name}-${number}`);
      try {
        await mkdir(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw error;
      }
      await mkdir(join(path, 'figures'));
      return new RunFolder(path, false);
    }
  }

  /** Opens an existing run folder, for example to resume it. */
  static open(path: string): RunFolder {
    return new RunFolder(resolve(path), true);
  }

  /** Whether there is anything to keep: before, a mistake in the settings or the data may remove the folder again. */
  get hasBegun(): boolean {
    return this.begun;
  }

  /** Marks the folder as worth keeping, and as the latest of its project. */
  async begin(): Promise<void> {
    this.begun = true;
    await commitFile(join(dirname(this.path), LATEST), `${basename(this.path)}\n`);
  }

  /**
   * The run of a project that began last.
   *
   * @throws {@link ConfigError} when none has begun
   */
  static async latest(project: string): Promise<string> {
    const pointer = join(project, LATEST);
    const name = await readFile(pointer, 'utf8').catch(() => '');
    if (name.trim() === '') throw new ConfigError(`${pointer}: expected the name of the latest run, found none.`);
    return join(project, basename(name.trim()));
  }

  /** Absolute path of a file inside this folder. */
  file(...names: string[]): string {
    return join(this.path, ...names);
  }

  get checkpoints(): string {
    return this.file('checkpoints');
  }

  async writeText(name: string, text: string): Promise<void> {
    await commitFile(this.file(name), text);
  }

  async writeJson(name: string, value: unknown): Promise<void> {
    await this.writeText(name, `${JSON.stringify(value, null, 2)}\n`);
  }

  async writeFigure(name: string, contents: Uint8Array | string): Promise<void> {
    await writeFile(this.file('figures', name), contents);
  }

  /** Appends one event to `run.log` (JSON lines). */
  log(event: object, onFailure: OnWriteFailure): void {
    this.tryWrite('run.log', onFailure, (path) =>
      appendFileSync(path, `${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`),
    );
  }

  /** Replaces a small file while training goes on. */
  replaceText(name: string, text: string, onFailure: OnWriteFailure): void {
    this.tryWrite(name, onFailure, (path) => {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    });
  }

  /** A full disk must not stop training: the first failure of each file is told, the others are not. */
  private tryWrite(name: string, onFailure: OnWriteFailure, write: (path: string) => void): void {
    try {
      write(this.file(name));
    } catch (error) {
      const isFirst = !this.failed.has(name);
      this.failed.add(name);
      if (isFirst) onFailure(`${name} cannot be written any more: ${(error as Error).message}`);
    }
  }

  /** Removes the folder: only for runs that ended before anything was learned, such as a dry run. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
