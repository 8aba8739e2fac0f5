import { type BackendProbe } from './BackendAdapter.js';

/** Why `'auto'` does not use a backend; undefined when it may. */
export function whyNotUsed(probe: BackendProbe): string | undefined {
  if (!probe.available) {
    return `${probe.backend} not used: it needs ${probe.missing}. To supply it: ${probe.command}`;
  }
  if (!probe.isSoftware) return undefined;
  return `${probe.backend} not used: ${probe.device} is emulated on the CPU. Ask for it by name if you want it.`;
}
