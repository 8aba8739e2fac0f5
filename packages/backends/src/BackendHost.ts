import { type SpeedStore } from './speed/SpeedFile.js';
import { type TensorflowDevice, type TensorflowSetupState } from './tensorflow/TensorflowSetup.js';

/** What a child process found out. */
export type ChildReport =
  | { readonly outcome: 'reported'; readonly value: unknown }
  | { readonly outcome: 'threw'; readonly code: string | undefined; readonly message: string }
  | { readonly outcome: 'crashed'; readonly message: string }
  /** No child process can be started here (a browser, Deno, Bun, a sandbox). */
  | { readonly outcome: 'not-possible' };

/** The machine a backend starts on; passed in, so that tests can bring their own. */
export interface BackendHost {
  readonly runsInNode: boolean;
  /** Imports an optional package by its name. */
  importModule(specifier: string): Promise<unknown>;
  /**
   * Runs the body of an async function in a child process and hands back what it returns, as JSON. Native code that
   * crashes while loading then takes nobody with it.
   */
  runInChild(body: string): Promise<ChildReport>;
  /** What was measured here, for `'auto'`; undefined where nothing can be measured or kept, or nobody wants it. */
  readonly speeds: SpeedStore | undefined;
  /** The date, for measurements. */
  now(): Date;
  /** What `crossmodal setup tensorflow` left on this machine. */
  findTensorflowSetup(device: TensorflowDevice): TensorflowSetupState;
}
