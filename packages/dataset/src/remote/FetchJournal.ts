import { open, readFile, type FileHandle } from 'node:fs/promises';
import { parseFetchRecord, type FetchRecord } from './FetchRecord.js';
import { writeFailure } from './replaceFile.js';

/** Remembers how each address ended: a file of JSON lines that only grows. */
export class FetchJournal {
  readonly #path: string;
  readonly #file: FileHandle;
  #written: Promise<void>;

  private constructor(path: string, file: FileHandle, isTorn: boolean) {
    this.#path = path;
    this.#file = file;
    this.#written = isTorn ? file.appendFile('\n') : Promise.resolve();
  }

  /**
   * The last record of each address, by key.
   *
   * @param path - need not exist
   */
  static async read(path: string): Promise<Map<string, FetchRecord>> {
    const records = new Map<string, FetchRecord>();
    for (const line of (await readIfThere(path)).split('\n')) {
      const record = parseFetchRecord(line);
      if (record) records.set(record.key, record);
    }
    return records;
  }

  /** Opens a journal to write on, behind a line that a killed process left half written. */
  static async open(path: string): Promise<FetchJournal> {
    const file = await open(path, 'a+');
    const { size } = await file.stat();
    const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    return new FetchJournal(path, file, bytesRead > 0 && buffer.toString() !== '\n');
  }

  /**
   * Adds a record, after those before it.
   *
   * @throws DatasetError when the disk refuses; all later ones fail then too
   */
  async append(record: FetchRecord): Promise<void> {
    this.#written = this.#written.then(() => this.#file.appendFile(`${JSON.stringify(record)}\n`));
    try {
      await this.#written;
    } catch (cause) {
      throw writeFailure(this.#path, cause);
    }
  }

  /** Waits for the disk and closes the file. */
  async close(): Promise<void> {
    await this.#written.catch(() => undefined);
    await this.#file.close();
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
