import { spawn } from 'node:child_process';

/** How a program ended, and all that it said. */
export interface ProcessResult {
  /** Exit status, the name of the signal that ended it, or `'ENOENT'` where there is no such program. */
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export type RunProcess = (
  command: string,
  commandArguments: readonly string[],
  options?: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string },
) => Promise<ProcessResult>;

/** Runs a program of this machine, without a shell and without standard input; does not reject. */
export const runProcess: RunProcess = (command, commandArguments, options = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, commandArguments, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const pieces = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (pieces.stdout += piece));
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (pieces.stderr += piece));
    child.on('error', (error: NodeJS.ErrnoException) => resolve({ status: error.code ?? error.message, ...pieces }));
    child.on('close', (code, signal) => resolve({ status: code ?? signal ?? 'unknown', ...pieces }));
  });
