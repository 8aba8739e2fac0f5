import type { RunEvent } from '../run/RunEvent.js';

/** Parts of a training job, in their order. */
export const jobPhases = ['start', 'data', 'firstStep', 'training', 'finish'] as const;
export type JobPhase = (typeof jobPhases)[number];

/**
 * Takes a training job's time apart by what it tells: `start` until the backend runs, `data` until every row was read and every image decoded,
 * `firstStep` until the first update (with the vocabulary, the weights and what is compiled), `training` until the last epoch is validated and
 * saved, and `finish` until the report is written.
 */
export class JobClock {
  readonly #endedAt = new Map<JobPhase, number>();

  /** @param startedAt - milliseconds since 1970, as all times here */
  constructor(private readonly startedAt: number) {}

  /** Notes what an event of the run says about its phase. */
  hear(event: RunEvent, now: number): void {
    if (event.type === 'progress') {
      if (event.task === 'training' && !this.#endedAt.has('firstStep')) this.#endedAt.set('firstStep', now);
    } else if (event.type === 'message') {
      if (event.text.startsWith('backend ')) this.#endedAt.set('start', now);
      if (event.text.startsWith('rows read ')) this.#endedAt.set('data', now);
      if (event.text.startsWith('trained for ')) this.#endedAt.set('training', now);
    }
  }

  /**
   * The job is over.
   *
   * @returns seconds of each phase; they add up to the whole job
   * @throws Error when the run has not told where a phase ended
   */
  finish(now: number): Readonly<Record<JobPhase, number>> {
    this.#endedAt.set('finish', now);
    let since = this.startedAt;
    const seconds = jobPhases.map((phase) => {
      const endedAt = this.#endedAt.get(phase);
      if (endedAt === undefined)
        throw new Error(`JobClock: the run must tell where its phase "${phase}" ends, got nothing.`);
      const duration = (endedAt - since) / 1000;
      since = endedAt;
      return [phase, duration] as const;
    });
    return Object.fromEntries(seconds) as Record<JobPhase, number>; // of all phases
  }
}
