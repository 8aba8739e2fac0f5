import { adapterOf } from './adapterOf.js';
import { type BackendHost } from './BackendHost.js';
import { type BackendName, backendNames } from './BackendName.js';
import { type StartedBackend } from './BackendAdapter.js';
import { currentHost } from './currentHost.js';
import { type BackendSpeeds } from './speed/BackendSpeed.js';
import { measureOn } from './speed/measureBackends.js';
import { whyNotUsed } from './whyNotUsed.js';

/** What runs now; print it. */
export interface BackendInfo extends StartedBackend {
  /** What was asked for. */
  readonly requested: BackendName | 'auto';
  /** What runs. */
  readonly name: BackendName;
  /** By which `'auto'` chose; undefined where it went by its fixed order. */
  readonly measured?: BackendSpeeds | undefined;
}

/** Options of {@link startBackend} and {@link probeBackends}. */
export interface BackendOptions {
  /** Imports an optional package by its name; default `(specifier) => import(specifier)`. */
  readonly importModule?: (specifier: string) => Promise<unknown>;
  /** Hears which backend is measured now, for `'auto'` at the first start on a machine. */
  readonly onMeasure?: (backend: BackendName) => void;
  /** The machine to start on, for tests; default the one this code runs on. */
  readonly host?: BackendHost;
}

/**
 * Starts a TensorFlow.js backend, makes it the current one and says which it is.
 *
 * In Node, `'auto'` takes the fastest: at the first start on a machine, and after a change of versions, each backend is
 * measured for about two seconds in a process of its own ({@link measureBackends}), and the result is kept. In browsers, and where
 * `CROSSMODAL_MEASURE=off` is set, it takes the first that starts of: `tensorflow-gpu`, `webgpu` on real hardware (never SwiftShader
 * or llvmpipe), `onnxruntime`, `tensorflow`, `wasm`, `cpu`. What it took and passed over, and why, is in `notes`.
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
  if (name === 'auto') return startFastest(host, options.onMeasure);
  if (!backendNames.includes(name)) {
    throw new RangeError(
      `startBackend: name must be 'auto' or one of ${backendNames.join(', ')}, got ${describe(name)}.`,
    );
  }
  return { requested: name, name, ...(await adapterOf(name).start(host)) };
}

async function startFastest(host: BackendHost, onMeasure?: (backend: BackendName) => void): Promise<BackendInfo> {
  const measured = host.speeds && (host.speeds.read() ?? (await measureOn(host, onMeasure)));
  const failed: string[] = [];
  for (const { backend: name } of measured?.speeds ?? []) {
    try {
      const started = await adapterOf(name).start(host);
      return {
        requested: 'auto',
        name,
        ...started,
        measured,
        notes: [whyTaken(name, measured), ...failed, ...(measured?.notUsed ?? []), ...started.notes],
      };
    } catch (error) {
      failed.push(`${name} not used: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return startFirst(host);
}

function whyTaken(name: BackendName, measured: BackendSpeeds | undefined): string {
  const all = (measured?.speeds ?? []).map(({ backend, stepMs }) => `${backend} ${stepMs.toPrecision(2)} ms`);
  const day = measured?.measuredAt.slice(0, 10) ?? '';
  return `Took ${name}, the fastest that starts here: ${all.join(', ')} for a step of attention, measured on ${day}.`;
}

/** By the fixed order. */
async function startFirst(host: BackendHost): Promise<BackendInfo> {
  const passedOver: string[] = [];
  for (const name of backendNames) {
    try {
      const adapter = adapterOf(name);
      const reason = whyNotUsed(await adapter.probe(host));
      if (reason !== undefined) {
        passedOver.push(reason);
        continue;
      }
      const started = await adapter.start(host);
      const fellDown = name === 'wasm' || name === 'cpu' ? [`Fell down to ${name}: nothing faster starts here.`] : [];
      return { requested: 'auto', name, ...started, notes: [...fellDown, ...passedOver, ...started.notes] };
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
