import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/tinyWorld.js';
import { RunLock } from './RunLock.js';

/** No process has this number: Linux ends at 2^22. */
const DEAD_PID = 2 ** 22 + 1;

it('refuses a second owner and names the first', () => {
  const folder = temporaryFolder();
  const lock = RunLock.take(folder);
  expect(() => RunLock.take(folder)).toThrow(`process ${process.pid} on ${hostname()} is training in this run`);
  lock.release();
  expect(existsSync(join(folder, 'run.lock'))).toBe(false);
  RunLock.take(folder).release();
});

it('takes over the lock of a dead process, one cut off, and one of another machine that fell silent', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'run.lock');
  const anHourAgo = new Date(Date.now() - 3_600_000);
  for (const [contents, at] of [
    [JSON.stringify({ pid: DEAD_PID, host: hostname() }), new Date()],
    ['{"pid', new Date()],
    [JSON.stringify({ pid: process.pid, host: 'elsewhere' }), anHourAgo],
  ] as const) {
    writeFileSync(path, contents);
    utimesSync(path, at, at);
    RunLock.take(folder).release();
  }
});

it('respects a lock of another machine that still beats', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'run.lock'), JSON.stringify({ pid: DEAD_PID, host: 'elsewhere' }));
  expect(() => RunLock.take(folder)).toThrow(`process ${DEAD_PID} on elsewhere`);
});
