import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../HostGate.js';

/** A clock whose time passes only while everybody sleeps. */
export interface VirtualClock extends Clock {
  /** Waits for work that sleeps on this clock. */
  run<T>(work: Promise<T>): Promise<T>;
}

/** Makes a {@link VirtualClock} that begins at a time. */
export function virtualClock(time = 0): VirtualClock {
  let now = time;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms) => new Promise((wake) => sleepers.push({ at: now + ms, wake })),
    run: async (work) => {
      const pending = new Set([work]);
      const finish = (): void => void pending.delete(work);
      work.then(finish, finish);
      while (pending.size > 0) {
        await setImmediate();
        sleepers.sort((a, b) => b.at - a.at);
        const next = sleepers.pop();
        if (next) now = next.at;
        next?.wake();
      }
      return work;
    },
  };
}
