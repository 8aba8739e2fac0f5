import { randomUUID } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '../config/ConfigError.js';
import type { BenchReport } from './BenchReport.js';

/** A file for a report, taken before anything is measured: hours of measuring must not end with a disk that cannot be written. */
export class ReportFile {
  readonly path: string;
  readonly #temporary: string;

  /**
   * @param path - of the file; what it holds stays until {@link write}
   * @throws ConfigError when it cannot be written
   */
  constructor(path: string) {
    this.path = resolve(path);
    this.#temporary = `${this.path}.${randomUUID()}.tmp`;
    try {
      if (statSync(this.path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
      closeSync(openSync(this.#temporary, 'wx'));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ConfigError(
        `bench: --json must name a file that can be written, got ${path} (${reason}). Nothing was measured.`,
        { cause },
      );
    }
  }

  /** Puts the report in place, as a whole. */
  write(report: BenchReport): void {
    writeFileSync(this.#temporary, `${JSON.stringify(report, null, 2)}\n`);
    renameSync(this.#temporary, this.path);
  }

  /** Leaves nothing behind; does nothing after {@link write}. */
  release(): void {
    rmSync(this.#temporary, { force: true });
  }
}
