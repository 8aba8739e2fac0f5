import { adapterOf } from '../adapterOf.js';
import { type BackendHost } from '../BackendHost.js';
import { type BackendName, backendNames } from '../BackendName.js';
import { currentHost } from '../currentHost.js';
import { type BackendOptions } from '../BackendOptions.js';
import { type PassedOver } from '../PassedOver.js';
import { passOver, whyNotUsed } from '../whyNotUsed.js';
import { type BackendSpeed, type BackendSpeeds } from './BackendSpeed.js';

/**
 * Measures every backend that starts on this machine's real hardware, each in a process of its own, and keeps the result for
 * `startBackend('auto')`. Takes about two seconds per backend.
 *
 * @returns fastest first; without `cpu`, which is nobody's choice, and without graphics that are emulated on the CPU
 */
export async function measureBackends(options: BackendOptions = {}): Promise<BackendSpeeds> {
  return measureOn(options.host ?? currentHost(options.importModule), options.onMeasure);
}

/** What was measured on this machine with these versions; undefined when nothing was, or in a browser. */
export function measuredSpeeds(options: BackendOptions = {}): BackendSpeeds | undefined {
  return (options.host ?? currentHost(options.importModule)).speeds?.read();
}

/** {@link measureBackends} on a host: one after the other, so that none slows the others down. */
export async function measureOn(host: BackendHost, onMeasure?: (backend: BackendName) => void): Promise<BackendSpeeds> {
  const names: BackendName[] = [];
  const notUsed: PassedOver[] = [];
  for (const name of backendNames) {
    if (name === 'cpu') continue;
    const probe = await adapterOf(name).probe(host);
    const reason = whyNotUsed(probe);
    if (reason === undefined) names.push(name);
    else notUsed.push(reason);
  }
  const speeds: BackendSpeed[] = [];
  for (const name of names) {
    onMeasure?.(name);
    const report = await host.runInChild(`
      const { measureBackend } = await import('@crossmodal/backends');
      return await measureBackend('${name}');`);
    if (report.outcome === 'reported')
      speeds.push(report.value as BackendSpeed); // made by the script above
    else
      notUsed.push(
        passOver(name, `it could not be measured (${'message' in report ? report.message : report.outcome}).`),
      );
  }
  speeds.sort((left, right) => left.stepMs - right.stepMs);
  const measured = { measuredAt: host.now().toISOString(), speeds, notUsed };
  const notKept = speeds.length > 0 ? host.speeds?.write(measured) : undefined;
  return notKept === undefined ? measured : { ...measured, notKept };
}
