/** So long may a handler of a signal or a timer have to wait, beside the step that is running. */
const longestHoldMs = 50;

/** Lets the event loop run now and then: on some backends nothing in a step waits for anything, so no handler would ever run. */
export class EventLoopBreather {
  #heldSinceMs = performance.now();

  /** Waits for one turn of the event loop if the last one is long ago. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#heldSinceMs < longestHoldMs) return;
    await nextTurn();
    this.#heldSinceMs = performance.now();
  }
}

function nextTurn(): Promise<void> {
  // Not in browsers, where a timer does the same, a few milliseconds later.
  const { setImmediate: immediate } = globalThis as { readonly setImmediate?: (callback: () => void) => unknown };
  return new Promise((resolve) => {
    if (immediate) immediate(resolve);
    else setTimeout(resolve, 0);
  });
}
