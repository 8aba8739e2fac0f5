import { type StopReason } from './TrainingResult.js';

/** What of the options ends a run early. */
export interface StopOptions {
  readonly maxTimeMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly now?: (() => number) | undefined;
}

/** The clock of a run, and whether it shall stop. */
export class StopConditions {
  readonly #options: StopOptions;
  readonly #startedAtMs: number;

  constructor(options: StopOptions) {
    this.#options = options;
    this.#startedAtMs = this.now();
  }

  /** Milliseconds since the run began. */
  get elapsedMs(): number {
    return this.now() - this.#startedAtMs;
  }

  /** Milliseconds of the run's clock. */
  now(): number {
    return this.#options.now?.() ?? performance.now();
  }

  /** Why to stop before the next batch, if there is a reason. */
  reason(): StopReason | undefined {
    if (this.aborted()) return 'signal';
    return this.elapsedMs >= (this.#options.maxTimeMs ?? Infinity) ? 'time' : undefined;
  }

  /** Whether somebody waits for the end. */
  aborted(): boolean {
    return this.#options.signal?.aborted ?? false;
  }
}
