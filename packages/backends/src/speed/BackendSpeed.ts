import { type BackendName } from '../BackendName.js';

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
  /** Why the others were not measured, one line each; and why none of this could be kept. */
  readonly notUsed: readonly string[];
}
