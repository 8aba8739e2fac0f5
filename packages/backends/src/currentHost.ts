import type { ExecFileException } from 'node:child_process';

import { type BackendHost, type ChildReport } from './BackendHost.js';
import { machineSpeeds } from './speed/machineSpeeds.js';
import { findTensorflowSetup } from './tensorflow/findTensorflowSetup.js';

const TIMEOUT_MS = 60_000;
const MARK = '\u0001crossmodal:';

/**
 * The machine this code runs on.
 *
 * @param importModule - how to import an optional package; default a plain `import()`
 */
export function currentHost(importModule: (specifier: string) => Promise<unknown> = importByName): BackendHost {
  return {
    runsInNode: isNode(),
    importModule,
    runInChild,
    speeds: canRunChildren() ? machineSpeeds() : undefined,
    now: () => new Date(),
    findTensorflowSetup: (device) => findTensorflowSetup(device),
  };
}

async function importByName(specifier: string): Promise<unknown> {
  // Bundlers must leave this alone: the packages named here are optional peers.
  return (await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier)) as unknown;
}

function isNode(): boolean {
  return typeof process === 'object' && typeof process.getBuiltinModule === 'function' && !('window' in globalThis);
}

function canRunChildren(): boolean {
  return isNode() && !('bun' in process.versions) && !('deno' in process.versions);
}

async function runInChild(body: string): Promise<ChildReport> {
  if (!canRunChildren()) return { outcome: 'not-possible' };
  // `getBuiltinModule` instead of an import: this file is also part of browser bundles.
  const { execFile } = process.getBuiltinModule('node:child_process');
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  const script = `
    const print = (report) => process.stdout.write(${JSON.stringify(`\n${MARK}`)} + JSON.stringify(report) + '\\n', () => process.exit(0));
    try { print({ value: (await (async () => { ${body} })()) ?? null }); }
    catch (error) { print({ code: error?.code, message: String(error?.message ?? error) }); }`;
  // Packages are looked up from this file's folder, as a plain import would.
  const options = { cwd: fileURLToPath(new URL('.', import.meta.url)), timeout: TIMEOUT_MS, maxBuffer: 2 ** 24 };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '--eval', script], options, (error, stdout, stderr) => {
      resolve(readReport(stdout) ?? describeFailure(error, stderr));
    });
  });
}

function readReport(stdout: string): ChildReport | undefined {
  const line = stdout.split('\n').find((candidate) => candidate.startsWith(MARK));
  if (line === undefined) return undefined;
  // Written by the script above.
  const report = JSON.parse(line.slice(MARK.length)) as { value?: unknown; code?: string; message?: string };
  return report.message === undefined
    ? { outcome: 'reported', value: report.value }
    : { outcome: 'threw', code: report.code, message: report.message };
}

function describeFailure(error: ExecFileException | null, stderr: string): ChildReport {
  if (typeof error?.code === 'string') return { outcome: 'not-possible' }; // spawn itself failed: ENOENT, EPERM, EAGAIN
  const ending = typeof error?.signal === 'string' ? `signal ${error.signal}` : `exit code ${error?.code ?? 0}`;
  const lastLine = stderr.trim().split('\n').at(-1) ?? '';
  return { outcome: 'crashed', message: lastLine === '' ? ending : `${ending}: ${lastLine.slice(0, 200)}` };
}
