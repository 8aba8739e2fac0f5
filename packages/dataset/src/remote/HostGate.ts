import { FetchFailure } from './FetchFailure.js';

/** Longest wait for a host that asks for one; longer ones are for another day. */
const LONGEST_WAIT_MS = 120_000;
/** As many addresses in a row without any answer, and the host counts as gone. */
const SILENT_ADDRESSES = 5;

/** What waiting needs of the world. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits so many milliseconds; rejects when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Lets requests to one host pass one after the other, leaves it alone when it wants that, and gives it up when it is gone. */
export class HostGate {
  readonly #delayMs: number;
  readonly #clock: Clock;
  #opensAt = 0;
  #silent = 0;
  #closed: FetchFailure | undefined;

  /**
   * @param delayMs - least milliseconds between the beginnings of two requests
   * @param clock - the world
   */
  constructor(delayMs: number, clock: Clock) {
    this.#delayMs = delayMs;
    this.#clock = clock;
  }

  /**
   * Waits for its turn.
   *
   * @returns why the host was given up, if it was
   */
  async pass(signal: AbortSignal): Promise<FetchFailure | undefined> {
    for (;;) {
      if (this.#closed) return this.#closed;
      const wait = this.#opensAt - this.#clock.now();
      if (wait <= 0) break;
      await this.#clock.sleep(wait, signal);
    }
    this.#opensAt = this.#clock.now() + this.#delayMs;
    return undefined;
  }

  /** Nobody passes for a while. */
  pause(ms: number): void {
    if (ms > LONGEST_WAIT_MS) {
      this.#closed = new FetchFailure('busy', `the host wants to be left alone for ${Math.ceil(ms / 1000)} s`);
    }
    this.#opensAt = Math.max(this.#opensAt, this.#clock.now() + ms);
  }

  /** Remembers how an address ended. */
  settle(hasAnswered: boolean): void {
    this.#silent = hasAnswered ? 0 : this.#silent + 1;
    if (this.#silent < SILENT_ADDRESSES) return;
    this.#closed = new FetchFailure(
      'unreachable',
      `the host gave no answer for ${SILENT_ADDRESSES} addresses in a row`,
    );
  }
}
