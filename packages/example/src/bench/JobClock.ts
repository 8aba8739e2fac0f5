import type { RunEvent, RunPhase } from '../run/RunEvent.js';

/** Parts of a training job, in their order. */
export const jobPhases = ['start', 'data', 'firstStep', 'training', 'finish'] as const;
export type JobPhase = (typeof jobPhases)[number];

/** Which part of a job is over when a phase of its run begins. */
const endedBy: Readonly<Partial<Record<RunPhase, JobPhase>>> = { data: 'start', model: 'data', finish: 'training' };

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
    } else if (event.type === 'phase') {
      const ended = endedBy[event.phase];
      if (ended) this.#endedAt.set(ended, now);
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
