import type { BackendName } from '@crossmodal/backends';
import type { BenchName } from './BenchWork.js';

/** What is measured, and how. */
export interface BenchOptions {
  /** Default: every one that runs here on real hardware. */
  readonly backends: readonly BackendName[] | undefined;
  readonly only: readonly BenchName[];
  /** Rounds that count. */
  readonly rounds: number;
  /** Smaller batches and shorter rounds. */
  readonly quick: boolean;
  /** A backend is given up where a round takes longer, or getting ready does and takes a minute. The main job may take as long as it wants. */
  readonly limitSeconds: number;
  /** Threads of ONNX Runtime; default: its own choice. */
  readonly threads: number | undefined;
  /** A file as `crossmodal train --data` takes it; default: generated. */
  readonly data: string | undefined;
  /** Of the main job; default: as many as `crossmodal train` makes. */
  readonly epochs: number | undefined;
}
