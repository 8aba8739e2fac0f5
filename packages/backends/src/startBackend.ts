import { adapterOf } from './adapterOf.js';
import { type BackendHost } from './BackendHost.js';
import { type BackendName, backendNames } from './BackendName.js';
import { type StartedBackend } from './BackendAdapter.js';
import { currentHost } from './currentHost.js';

/** What runs now; print it. */
export interface BackendInfo extends StartedBackend {
  /** What was asked for. */
  readonly requested: BackendName | 'auto';
  /** What runs. */
  readonly name: BackendName;
}

/** Options of {@link startBackend} and {@link probeBackends}. */
export interface BackendOptions {
  /** Imports an optional package by its name; default `(specifier) => import(specifier)`. */
  readonly importModule?: (specifier: string) => Promise<unknown>;
  /** The machine to start on, for tests; default the one this code runs on. */
  readonly host?: BackendHost;
}

/**
 * Starts a TensorFlow.js backend, makes it the current one and says which it is.
 *
 * `'auto'` takes the first that starts of: `tensorflow-gpu`, `webgpu` on real hardware (never SwiftShader or llvmpipe),
 * `tensorflow`, `wasm`, `cpu`. What it passed over, and why, is in `notes`. Native code is tried in a child process
 * first, so that a crash on load is an answer and not the end.
 *
 * @param name - a backend or `'auto'`
 * @returns what runs now; the backend that ran before stays loaded, and its tensors move over when they are used
 * @throws `RangeError` for an unknown name
 * @throws {@link BackendUnavailableError} when a backend asked for by name cannot start: it names the missing piece and
 * the command that supplies it, and the backend that ran before still runs
 *
 * @example
 * const { name, device, notes } = await startBackend('auto');
 */
export async function startBackend(name: BackendName | 'auto', options: BackendOptions = {}): Promise<BackendInfo> {
  const host = options.host ?? currentHost(options.importModule);
  if (name === 'auto') return startFastest(host);
  if (!backendNames.includes(name)) {
    throw new RangeError(
      `startBackend: name must be 'auto' or one of ${backendNames.join(', ')}, got ${describe(name)}.`,
    );
  }
  return { requested: name, name, ...(await adapterOf(name).start(host)) };
}

async function startFastest(host: BackendHost): Promise<BackendInfo> {
  const passedOver: string[] = [];
  for (const name of backendNames) {
    try {
      const adapter = adapterOf(name);
      const probe = await adapter.probe(host);
      if (!probe.available) {
        passedOver.push(`${name} not used: it needs ${probe.missing}. To supply it: ${probe.command}`);
      } else if (probe.isSoftware) {
        passedOver.push(`${name} not used: ${probe.device} is emulated on the CPU. Ask for it by name if you want it.`);
      } else {
        const started = await adapter.start(host);
        const fellDown = name === 'wasm' || name === 'cpu' ? [`Fell down to ${name}: nothing faster starts here.`] : [];
        return { requested: 'auto', name, ...started, notes: [...fellDown, ...passedOver, ...started.notes] };
      }
    } catch (error) {
      passedOver.push(`${name} not used: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`startBackend: no backend starts here.\n${passedOver.join('\n')}`);
}

/** For messages; callers without types pass anything. */
function describe(value: unknown): string {
  return typeof value === 'string' ? `'${value.slice(0, 80)}'` : typeof value;
}
