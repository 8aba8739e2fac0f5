import { adapterOf } from './adapterOf.js';
import { type BackendHost } from './BackendHost.js';
import { type BackendName, backendNames } from './BackendName.js';
import { type BackendOptions } from './BackendOptions.js';
import { type StartedBackend } from './BackendAdapter.js';
import { currentHost } from './currentHost.js';
import { type BackendSpeeds } from './speed/BackendSpeed.js';
import { measureOn } from './speed/measureBackends.js';
import { type PassedOver } from './PassedOver.js';
import { passOver, whyNotUsed } from './whyNotUsed.js';

/** What `'auto'` went by. */
export interface BackendChoice {
  /** `'speed'`: the fastest that was measured. `'order'`: the first of a fixed order. `'fallback'`: the end of that order, nothing faster starts. */
  readonly by: 'speed' | 'order' | 'fallback';
  /** In a line; missing where the first of the order starts as it should. */
  readonly why?: string | undefined;
  /** What it did not take although it might have been faster. */
  readonly passedOver: readonly PassedOver[];
}

/** What runs now; print it. */
export interface BackendInfo extends StartedBackend {
  /** What was asked for. */
  readonly requested: BackendName | 'auto';
  /** What runs. */
  readonly name: BackendName;
  /** Why this one; undefined where it was asked for by name. */
  readonly choice?: BackendChoice | undefined;
  /** By which `'auto'` chose; undefined where it went by its fixed order. */
  readonly measured?: BackendSpeeds | undefined;
}

/**
 * Starts a TensorFlow.js backend, makes it the current one and says which it is.
 *
 * In Node, `'auto'` takes the fastest: at the first start on a machine, and after a change of versions, each backend is
 * measured for about two seconds in a process of its own ({@link measureBackends}), and the result is kept. In browsers, and where
 * `CROSSMODAL_MEASURE=off` is set, it takes the first that starts of: `tensorflow-gpu`, `webgpu` on real hardware (never SwiftShader
 * or llvmpipe), `onnxruntime`, `tensorflow`, `wasm`, `cpu`. What it took and passed over, and why, is in `choice`, and in words in `notes`.
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
  const failed: PassedOver[] = [];
  for (const { backend: name } of measured?.speeds ?? []) {
    try {
      const started = await adapterOf(name).start(host);
      const passedOver = [...failed, ...(measured?.notUsed ?? [])];
      const info = chosen(name, started, { by: 'speed', why: whyTaken(name, measured), passedOver });
      const notKept = measured?.notKept === undefined ? [] : [measured.notKept];
      return { ...info, measured, notes: [...info.notes, ...notKept] };
    } catch (error) {
      failed.push(passOver(name, messageOf(error)));
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
  const passedOver: PassedOver[] = [];
  for (const name of backendNames) {
    try {
      const adapter = adapterOf(name);
      const reason = whyNotUsed(await adapter.probe(host));
      if (reason !== undefined) {
        passedOver.push(reason);
        continue;
      }
      const started = await adapter.start(host);
      const isLast = name === 'wasm' || name === 'cpu';
      const fellDown = { by: 'fallback', why: `Fell down to ${name}: nothing faster starts here.` } as const;
      return chosen(name, started, { ...(isLast ? fellDown : { by: 'order' }), passedOver });
    } catch (error) {
      passedOver.push(passOver(name, messageOf(error)));
    }
  }
  throw new Error(`startBackend: no backend starts here.\n${passedOver.map(({ why }) => why).join('\n')}`);
}

/** The choice also stands in the notes, for people. */
function chosen(name: BackendName, started: StartedBackend, choice: BackendChoice): BackendInfo {
  const whys = [choice.why, ...choice.passedOver.map(({ why }) => why)].filter((why) => why !== undefined);
  return { requested: 'auto', name, ...started, choice, notes: [...whys, ...started.notes] };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** For messages; callers without types pass anything. */
function describe(value: unknown): string {
  return typeof value === 'string' ? `'${value.slice(0, 80)}'` : typeof value;
}
