import { type BackendName } from '../BackendName.js';
import { type PassedOver } from '../PassedOver.js';

/** How fast a backend is on this machine. */
export interface BackendSpeed {
  readonly backend: BackendName;
  readonly device: string;
  /** Of a product of two square matrices of 512, in thousand million operations per second. */
  readonly matMulGflops: number;
  /** Milliseconds of {@link measureBackend}'s step: products, softmax and their gradients, at the sizes of a small transformer. */
  readonly stepMs: number;
}

/** What was measured on this machine. */
export interface BackendSpeeds {
  /** ISO 8601. */
  readonly measuredAt: string;
  /** Fastest step first; only backends on real hardware, without `cpu`. */
  readonly speeds: readonly BackendSpeed[];
  /** The others. */
  readonly notUsed: readonly PassedOver[];
  /** Why this could not be kept and will be measured at each start; missing where it is kept. */
  readonly notKept?: string | undefined;
}
