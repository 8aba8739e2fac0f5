import { Crash, MemoryFileSystem, systemError } from './MemoryFileSystem.js';

/** A file system whose process dies before an operation: neither that one nor any after it happens. */
export function crashingFileSystem(crashAt: number): MemoryFileSystem {
  let dead = false;
  return new MemoryFileSystem((_, index) => {
    dead ||= index === crashAt;
    if (dead) throw new Crash(`before operation ${crashAt}`);
  });
}

/** A file system whose one operation fails with a system error; those after it work. */
export function failingFileSystem(failAt: number, code: string): MemoryFileSystem {
  let failed = false;
  return new MemoryFileSystem((operation, index) => {
    if (failed || index !== failAt) return;
    failed = true;
    throw systemError(code, operation.split(' ')[0] ?? '');
  });
}
