import { BackendUnavailableError } from '@crossmodal/backends';
import { DatasetError, ImageError } from '@crossmodal/dataset';
import { ConfigError } from '../config/ConfigError.js';

/** What the process says to the shell that started it. */
export const EXIT = { ok: 0, failed: 1, usage: 2, badData: 3, interrupted: 130, terminated: 143 } as const;

/** The exit code that belongs to an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError || error instanceof BackendUnavailableError) return EXIT.usage;
  if (error instanceof DatasetError || error instanceof ImageError) return EXIT.badData;
  return EXIT.failed;
}
