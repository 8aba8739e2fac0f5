import { type BackendName, backendNames, type BackendProbe } from '@crossmodal/backends';
import { ConfigError } from '../config/ConfigError.js';

/** Which backends are measured. */
export interface ChosenBackends {
  readonly backends: readonly BackendName[];
  readonly leftOut: readonly { readonly backend: BackendName; readonly reason: string }[];
}

/**
 * Takes the backends that run here; those whose graphics are emulated on the CPU only when they are named.
 *
 * @param probes - of every backend
 * @param wanted - default: all
 * @throws ConfigError when none of those that are wanted runs here
 */
export function chooseBackends(
  probes: readonly BackendProbe[],
  wanted: readonly BackendName[] = backendNames,
): ChosenBackends {
  const isNamed = wanted !== backendNames;
  const backends: BackendName[] = [];
  const leftOut: { backend: BackendName; reason: string }[] = [];
  for (const probe of probes.filter(({ backend }) => wanted.includes(backend))) {
    const { backend } = probe;
    if (!probe.available) leftOut.push({ backend, reason: `needs ${probe.missing}; ${probe.command}` });
    else if (probe.isSoftware && !isNamed) {
      const reason = `${probe.device} is emulated on the CPU; --backends ${backend} measures it nevertheless`;
      leftOut.push({ backend, reason });
    } else backends.push(backend);
  }
  if (backends.length > 0) return { backends, leftOut };
  const reasons = leftOut.map(({ backend, reason }) => `  ${backend}: ${reason}`);
  throw new ConfigError(
    [`bench: --backends must name one that runs here, got ${wanted.join(', ')}.`, ...reasons].join('\n'),
  );
}
