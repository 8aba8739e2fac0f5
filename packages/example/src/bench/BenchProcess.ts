import { type ChildProcess, fork } from 'node:child_process';
import type { BenchReady, BenchReply, BenchRequest, BenchRound } from './BenchMessage.js';
import type { BenchSubject, BenchWork } from './BenchWork.js';

/** Of what a process wrote, as much is kept, for the message about its end. */
const MOST_CHARACTERS = 2000;

/** How to start a {@link BenchProcess}. */
export interface BenchProcessOptions {
  readonly work: BenchWork;
  readonly subject: BenchSubject;
  /** Threads of ONNX Runtime; default: its own choice. */
  readonly threads: number | undefined;
  /** The module that the process runs. */
  readonly worker: URL;
  /** Ends the process at once. */
  readonly signal: AbortSignal;
}

/** A request took longer than it may; the process was ended. */
export class BenchTimeoutError extends Error {
  override readonly name = 'BenchTimeoutError';
}

/** A process that measures one thing: its memory and its crash are its own. */
export class BenchProcess {
  readonly #start: BenchRequest;
  readonly #signal: AbortSignal;
  readonly #child: ChildProcess;
  readonly #closed: Promise<void>;
  readonly #kill = (): void => void this.#child.kill('SIGKILL');
  /** Hears the answer to the request that is under way, or why there is none. */
  #hear: (reply: BenchReply | Error) => void = () => undefined;
  /** Why the process is not there any more. */
  #end: Error | undefined;

  constructor({ worker, signal, ...start }: BenchProcessOptions) {
    this.#start = { type: 'start', ...start, askedAt: Date.now() };
    this.#signal = signal;
    this.#child = fork(worker, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
    let said = '';
    this.#child.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (said = (said + text).slice(-MOST_CHARACTERS)));
    this.#child.on('message', (reply: BenchReply) => this.#hear(reply));
    this.#closed = new Promise((resolve) => {
      const end = (reason: string): void => {
        this.#end ??= new Error(reason);
        this.#hear(this.#end);
        resolve();
      };
      this.#child.on('error', ({ message }) => end(`its process did not start: ${message}`));
      // Not `exit`: what it wrote may come after that.
      this.#child.on('close', (code, killedBy) => end(describeEnd(killedBy ?? `exit code ${code}`, said)));
    });
    signal.addEventListener('abort', this.#kill, { once: true });
    if (signal.aborted) this.#kill();
  }

  /**
   * Loads everything.
   *
   * @param limitMs - the process is ended after this time
   * @throws BenchTimeoutError when it was; Error with what the process said, or how it ended
   */
  async open(limitMs: number): Promise<BenchReady> {
    const reply = await this.#ask(this.#start, 'getting ready', limitMs);
    if (reply.type !== 'ready') throw new Error(`its process must answer "ready", got "${reply.type}".`);
    return reply.ready;
  }

  /**
   * Takes one round.
   *
   * @param atLeastMs - computes again and again until so much time has passed
   * @param limitMs - of one computation: the process is ended when the last one must have taken longer
   * @throws BenchTimeoutError when it was; Error with what the process said, or how it ended
   */
  async round(atLeastMs: number, limitMs: number): Promise<BenchRound> {
    const reply = await this.#ask({ type: 'round', atLeastMs }, 'a round', limitMs, atLeastMs);
    if (reply.type !== 'round') throw new Error(`its process must answer "round", got "${reply.type}".`);
    return reply.round;
  }

  /** Ends the process, and waits until its memory is free. */
  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#kill);
    this.#kill();
    await this.#closed;
  }

  async #ask(
    request: BenchRequest,
    doing: string,
    limitMs: number,
    moreMs = 0,
  ): Promise<Exclude<BenchReply, { type: 'error' }>> {
    if (this.#end) throw this.#end;
    let timer: NodeJS.Timeout | undefined;
    const reply = await new Promise<BenchReply | Error>((resolve) => {
      this.#hear = resolve;
      if (Number.isFinite(limitMs)) {
        timer = setTimeout(() => {
          this.#end = new BenchTimeoutError(`${doing} took more than ${limitMs / 1000} s`);
          this.#kill();
        }, limitMs + moreMs);
      }
      this.#child.send(request, (error) => {
        // Where the process has ended, its end says more.
        if (error) this.#kill();
      });
    });
    clearTimeout(timer);
    if (reply instanceof Error) throw reply;
    if (reply.type === 'error') throw new Error(reply.message);
    return reply;
  }
}

function describeEnd(ending: string, said: string): string {
  const lastLine = said.trim().split('\n').at(-1) ?? '';
  return `its process ended with ${ending}${lastLine === '' ? '' : `: ${lastLine.slice(0, 200)}`}`;
}
