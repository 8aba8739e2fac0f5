import { closeSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../config/ConfigError.js';

const HEARTBEAT_MS = 15_000;
/** A lock whose owner has not touched it for so long belongs to a process that died. */
const STALE_MS = 120_000;

interface Owner {
  readonly pid: number;
  readonly host: string;
}

/**
 * Keeps two processes from training in one run folder. Checkpoints are committed whole in any case; the lock only saves a
 * user from two runs that take turns at overwriting each other's pointers.
 */
export class RunLock {
  private constructor(
    private readonly path: string,
    private readonly heartbeat: NodeJS.Timeout,
  ) {}

  /**
   * Takes the lock of a run folder; one left behind by a dead process is taken over.
   *
   * @param folder - run folder
   * @throws {@link ConfigError} naming the process that holds it
   */
  static take(folder: string): RunLock {
    const path = join(folder, 'run.lock');
    if (!claim(path)) {
      const owner = livingOwner(path);
      if (owner) {
        throw new ConfigError(
          `${folder}: process ${owner.pid} on ${owner.host} is training in this run. Wait for it, or stop it first.`,
        );
      }
      rmSync(path, { force: true });
      if (!claim(path)) throw new ConfigError(`${folder}: another process has just begun to train in this run.`);
    }
    const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS);
    heartbeat.unref();
    return new RunLock(path, heartbeat);
  }

  /** Gives the lock back; a second call does nothing. */
  release(): void {
    clearInterval(this.heartbeat);
    rmSync(this.path, { force: true });
  }
}

function claim(path: string): boolean {
  try {
    const file = openSync(path, 'wx');
    writeFileSync(file, JSON.stringify({ pid: process.pid, host: hostname() } satisfies Owner));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function livingOwner(path: string): Owner | undefined {
  try {
    const { pid, host } = JSON.parse(readFileSync(path, 'utf8')) as Owner;
    const isFresh = Math.abs(Date.now() - statSync(path).mtimeMs) < STALE_MS;
    return isFresh && (host !== hostname() || isAlive(pid)) ? { pid, host } : undefined;
  } catch {
    return undefined; // gone, or cut off when its process died
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // The folder was removed; training will say so itself when it saves.
  }
}
