import { type BackendProbe } from './BackendAdapter.js';
import { type BackendName } from './BackendName.js';
import { type PassedOver } from './PassedOver.js';

/** Why `'auto'` does not use a backend; undefined when it may. */
export function whyNotUsed(probe: BackendProbe): PassedOver | undefined {
  if (!probe.available) return passOver(probe.backend, `it needs ${probe.missing}. To supply it: ${probe.command}`);
  if (!probe.isSoftware) return undefined;
  return passOver(probe.backend, `${probe.device} is emulated on the CPU. Ask for it by name if you want it.`);
}

/** Passes a backend over for this reason. */
export function passOver(backend: BackendName, reason: string): PassedOver {
  return { backend, why: `${backend} not used: ${reason}` };
}
