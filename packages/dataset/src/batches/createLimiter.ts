/** Runs tasks, at most so many at a time. */
export interface Limiter {
  /** Starts a task now or when its turn comes. */
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Tasks that have not begun never will: their promises are rejected. */
  stop(): void;
}

/** Makes a {@link Limiter}. */
export function createLimiter(limit: number): Limiter {
  const waiting: { start: () => void; refuse: (reason: Error) => void }[] = [];
  let running = 0;
  let isStopped = false;
  const release = (): void => {
    const next = waiting.shift();
    if (next) next.start();
    else running--;
  };
  const turn = (): Promise<void> =>
    new Promise((resolve, reject) => {
      if (isStopped) reject(new Error('batches: stopped.'));
      else if (running < limit) {
        running++;
        resolve();
      } else waiting.push({ start: resolve, refuse: reject });
    });
  return {
    async run(task) {
      await turn();
      try {
        return await task();
      } finally {
        release();
      }
    },
    stop() {
      isStopped = true;
      for (const { refuse } of waiting.splice(0)) refuse(new Error('batches: stopped.'));
    },
  };
}
