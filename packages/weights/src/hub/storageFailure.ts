import { HubError } from './HubError.js';

const codes = {
  'no-space': ['ENOSPC'],
  'not-writable': ['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EEXIST'],
} as const;

/** What an error of the file system means for the cache, or undefined for any other error. Failed connections carry their code in their cause. */
export function storageFailure(error: unknown): keyof typeof codes | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (codes['no-space'].some((known) => known === code)) return 'no-space';
  return codes['not-writable'].some((known) => known === code) ? 'not-writable' : undefined;
}

/** The same as an error that says what to do; any other error as it is. */
export function explainStorageFailure(error: unknown, folder: string): unknown {
  const failure = error instanceof HubError ? undefined : storageFailure(error);
  if (failure === undefined) return error;
  const problem =
    failure === 'no-space'
      ? 'the disk is full. Free some space, or pass'
      : `the folder must be writable, got ${String((error as NodeJS.ErrnoException).code)}. Pass`;
  return new HubError(failure, `${folder}: ${problem} another cache folder.`, { cause: error });
}
