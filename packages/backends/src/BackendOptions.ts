import { type BackendHost } from './BackendHost.js';
import { type BackendName } from './BackendName.js';

/** Options of `startBackend` and `probeBackends`. */
export interface BackendOptions {
  /** Imports an optional package by its name; default `(specifier) => import(specifier)`. */
  readonly importModule?: (specifier: string) => Promise<unknown>;
  /** Hears which backend is measured now, for `'auto'` at the first start on a machine. */
  readonly onMeasure?: (backend: BackendName) => void;
  /** The machine to start on, for tests; default the one this code runs on. */
  readonly host?: BackendHost;
}
