import {
  commitFile,
  commitFolder,
  listFolders,
  openFolder,
  removeFolder,
  sweepOrphans,
  writeFolder,
} from '@crossmodal/weights';
import { type CheckpointOptions } from '../loop/TrainModelOptions.js';
import { checkpointName, compareCheckpointNames, parseCheckpointName } from './checkpointName.js';

/** What the pointers shall name; whole paths. */
export interface Pointers {
  readonly last: string;
  /** Default: the last, as long as no epoch was measured. */
  readonly best: string | undefined;
}

/** The checkpoints of a run: each one is there whole or not at all, whatever happens while it is saved. */
export class CheckpointStore {
  readonly #options: CheckpointOptions;

  private constructor(options: CheckpointOptions) {
    this.#options = options;
  }

  /**
   * Opens the folder of the checkpoints and removes what dead processes left half written.
   *
   * @param options - where and how
   * @param resumeFrom - checkpoint to continue from, here or elsewhere
   * @throws RangeError when checkpoints of another run lie there
   */
  static async open(options: CheckpointOptions, resumeFrom: string | undefined): Promise<CheckpointStore> {
    const store = new CheckpointStore(options);
    const { directory, fileSystem } = options;
    const [found] = (await listFolders(directory, fileSystem)).filter((name) => parseCheckpointName(name));
    if (found !== undefined && !(resumeFrom !== undefined && store.contains(resumeFrom))) {
      throw new RangeError(
        `trainModel: checkpoint.directory must hold no checkpoints of another run, got "${found}" in ${directory}. ` +
          'Choose an empty folder, or continue that run with resumeFrom.',
      );
    }
    await sweepOrphans(directory, fileSystem);
    return store;
  }

  /** Whether a checkpoint lies in this store. */
  contains(path: string): boolean {
    // The location is absolute, so that two ways to write a path are one.
    return openFolder(parentOf(path)).location === openFolder(this.#options.directory).location;
  }

  /** A path as this store writes it, if it lies here; any other as it is. */
  normalize(path: string): string {
    return this.contains(path) ? `${this.#options.directory}/${nameOf(path)}` : path;
  }

  /** The path for the next checkpoint; nothing exists there. */
  async pathFor(step: number): Promise<string> {
    const taken = await this.#names();
    const attempts = taken.flatMap((found) => (found.step === step ? found.attempt : []));
    return `${this.#options.directory}/${checkpointName({ step, attempt: Math.max(0, ...attempts) + 1 })}`;
  }

  /**
   * Saves a checkpoint.
   *
   * @param path - from `pathFor`
   * @param stateFiles - name below it and contents, beside what the caller's `save` writes; asked for one by one, after that
   * @throws `CommitError` when the file system refuses; nothing is left then
   */
  async save(
    path: string,
    stateFiles: AsyncIterable<readonly [name: string, contents: Uint8Array | string]>,
  ): Promise<void> {
    const options = this.#options;
    const { fileSystem } = options;
    await commitFolder(
      path,
      async (temporaryPath) => {
        // The caller's save makes the folder itself, which lets it be a commit of its own.
        await removeFolder(temporaryPath, fileSystem);
        await options.save(temporaryPath);
        for await (const file of stateFiles) await writeFolder(temporaryPath, new Map([file]), fileSystem);
      },
      fileSystem,
    );
  }

  /** Writes `last.json` and `best.json`, whichever changes. A best checkpoint elsewhere gets no pointer. */
  async point({ last, best = last }: Pointers): Promise<void> {
    await this.#pointTo('last', last);
    await this.#pointTo('best', best);
  }

  /**
   * Removes old checkpoints. Those of later steps, which a run that was set back will overtake, stay.
   *
   * @param step - the newest one's
   * @param pointers - never removed
   * @returns the first failure, if any: a run need not end because an old folder stays, and the next rotation tries again
   */
  async rotate(step: number, { last, best }: Pointers): Promise<unknown> {
    const { directory, fileSystem, keep = 2 } = this.#options;
    const pointed = [last, best].flatMap((path) => (path === undefined ? [] : nameOf(path)));
    const others = (await this.#names())
      .filter((found) => found.step <= step && !pointed.includes(found.name))
      .sort(compareCheckpointNames);
    const failures: unknown[] = [];
    for (const { name } of others.slice(0, Math.max(0, others.length - keep))) {
      await removeFolder(`${directory}/${name}`, fileSystem).catch((error: unknown) => failures.push(error));
    }
    return failures[0];
  }

  async #names(): Promise<{ readonly name: string; readonly step: number; readonly attempt: number }[]> {
    const { directory, fileSystem } = this.#options;
    return (await listFolders(directory, fileSystem)).flatMap((name) => {
      const parts = parseCheckpointName(name);
      return parts ? { name, ...parts } : [];
    });
  }

  async #pointTo(pointer: 'best' | 'last', path: string): Promise<void> {
    if (!this.contains(path)) return;
    const { directory, fileSystem } = this.#options;
    const contents = `${JSON.stringify({ checkpoint: nameOf(path) })}\n`;
    const folder = openFolder(directory);
    if ((await folder.has(`${pointer}.json`)) && (await folder.readText(`${pointer}.json`)) === contents) return;
    await commitFile(`${directory}/${pointer}.json`, contents, fileSystem);
  }
}

/** The folder around a path. */
export function parentOf(path: string): string {
  const parent = /^(.*?)[/\\]+[^/\\]+[/\\]*$/.exec(path)?.[1];
  return parent === undefined ? '.' : parent === '' ? '/' : parent;
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return /([^/\\]+)[/\\]*$/.exec(path)?.[1] ?? path;
}
