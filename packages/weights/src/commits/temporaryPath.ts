import { randomUUID } from 'node:crypto';

const pattern = /\.tmp-(\d+)-[0-9a-f]{8}$/;

/** A name beside `path` that no other save uses, and that says which process made it. */
export function temporaryPath(path: string): string {
  return `${path}.tmp-${process.pid}-${randomUUID().slice(0, 8)}`;
}

/** Whether a name was made by {@link temporaryPath} in a process that is gone. */
export function isOrphan(name: string): boolean {
  const pid = pattern.exec(name)?.[1];
  return pid !== undefined && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
