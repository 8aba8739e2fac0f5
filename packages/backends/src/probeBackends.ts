import { adapterOf } from './adapterOf.js';
import { type BackendProbe } from './BackendAdapter.js';
import { backendNames } from './BackendName.js';
import { currentHost } from './currentHost.js';
import { type BackendOptions } from './BackendOptions.js';

/**
 * Says for each backend whether it could start here, and if not what is missing.
 *
 * Starts none of them in this process: native ones load in child processes that end at once.
 *
 * @returns one entry per backend, in the order in which `startBackend('auto')` tries them
 *
 * @example
 * for (const probe of await probeBackends()) {
 *   probe.available ? probe.device : probe.command;
 * }
 */
export async function probeBackends(options: BackendOptions = {}): Promise<readonly BackendProbe[]> {
  const host = options.host ?? currentHost(options.importModule);
  return Promise.all(backendNames.map((name) => adapterOf(name).probe(host)));
}
