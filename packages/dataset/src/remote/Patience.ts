import { FetchFailure } from './FetchFailure.js';

/** Gives up on a connection that is silent for too long, takes too long as a whole, or is no longer wanted. */
export class Patience {
  readonly #controller = new AbortController();
  readonly #idleMs: number;
  readonly #whole: NodeJS.Timeout;
  #idle: NodeJS.Timeout | undefined;
  readonly #release: () => void;

  /**
   * @param idleMs - milliseconds without a sign of life
   * @param wholeMs - milliseconds for everything
   * @param outer - gives up when it is aborted
   */
  constructor(idleMs: number, wholeMs: number, outer: AbortSignal) {
    this.#idleMs = idleMs;
    this.#whole = setTimeout(() => this.#giveUp(`not done after ${wholeMs / 1000} s`), wholeMs);
    const forward = (): void => this.#controller.abort(outer.reason);
    outer.addEventListener('abort', forward);
    this.#release = (): void => outer.removeEventListener('abort', forward);
    if (outer.aborted) forward();
    this.renew();
  }

  /** Aborted when patience has ended; its reason is what to throw. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** There was a sign of life. */
  renew(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#giveUp(`no byte for ${this.#idleMs / 1000} s`), this.#idleMs);
  }

  /** Nothing is waited for any more. */
  end(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#whole);
    this.#release();
  }

  #giveUp(detail: string): void {
    this.#controller.abort(new FetchFailure('timeout', detail));
  }
}
