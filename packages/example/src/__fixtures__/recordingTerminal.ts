import type { Terminal } from '../cli/Terminal.js';
import { TerminalReporter } from '../terminal/TerminalReporter.js';

/** A terminal that remembers both streams. */
export interface RecordingTerminal extends Terminal {
  /** Standard output. */
  readonly results: string[];
  /** Standard error. */
  readonly lines: string[];
}

/** A terminal without a window, as in a pipe. */
export function recordingTerminal(): RecordingTerminal {
  const results: string[] = [];
  const lines: string[] = [];
  return {
    results,
    lines,
    print: (text) => void results.push(text),
    reporter: new TerminalReporter({
      write: (text) => lines.push(text),
      interactive: false,
      unicode: false,
      columns: () => 80,
      now: () => performance.now(),
    }),
    signal: new AbortController().signal,
    stoppedBy: () => undefined,
  };
}
