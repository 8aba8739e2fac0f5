import { TerminalReporter } from '../terminal/TerminalReporter.js';
import { terminalOptions } from '../terminal/terminalOptions.js';

/** The two streams of a command: results go to standard output, everything else to standard error. */
export interface Terminal {
  /** Writes results. */
  readonly print: (text: string) => void;
  readonly reporter: TerminalReporter;
  /** Stops at the next safe point after Ctrl+C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Which signal asked to stop, if any. */
  readonly stoppedBy: () => 'SIGINT' | 'SIGTERM' | undefined;
}

/** Connects the process's streams and signals. A second Ctrl+C ends at once. */
export function processTerminal(): Terminal {
  const reporter = new TerminalReporter(terminalOptions(process.stderr, process.env));
  const controller = new AbortController();
  let stoppedBy: 'SIGINT' | 'SIGTERM' | undefined;
  const stop = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (stoppedBy) {
      reporter.close();
      process.exit(stoppedBy === 'SIGINT' ? 130 : 143);
    }
    stoppedBy = signal;
    reporter.line('stopping after this step; once more to stop at once');
    controller.abort();
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  // A reader that went away (`| head`) is not a failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    print: (text) => {
      reporter.close();
      process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    reporter,
    signal: controller.signal,
    stoppedBy: () => stoppedBy,
  };
}
