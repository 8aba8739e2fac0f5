import type { TerminalOptions } from './TerminalReporter.js';

/** The terminal of this process: what it is and what it can show. */
export function terminalOptions(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): TerminalOptions {
  const plain = Boolean(environment.CI) || environment.NO_COLOR !== undefined || environment.TERM === 'dumb';
  const locale = environment.LC_ALL ?? environment.LC_CTYPE ?? environment.LANG ?? '';
  return {
    write: (text) => stream.write(text),
    interactive: stream.isTTY && !plain,
    unicode: /utf-?8/i.test(locale),
    columns: () => (stream.columns > 0 ? stream.columns : 80),
    now: () => performance.now(),
  };
}
