import { type BackendHost } from './BackendHost.js';
import { type BackendName } from './BackendName.js';

/** What a running backend says about itself. */
export interface StartedBackend {
  /** In words: `'NVIDIA H100 (webgpu)'`, `'CPU (SIMD, 1 thread)'`. */
  readonly device: string;
  /** The version of the TensorFlow.js package that runs it. */
  readonly version: string;
  /** True when a graphics processor computes. */
  readonly isGpu: boolean;
  /** True when a graphics interface is emulated on the CPU (SwiftShader, llvmpipe). */
  readonly isSoftware: boolean;
  readonly notes: readonly string[];
}

/** Whether a backend could start, found out without starting it in this process. */
export type BackendProbe =
  | {
      readonly backend: BackendName;
      readonly available: true;
      readonly device: string;
      readonly isGpu: boolean;
      readonly isSoftware: boolean;
    }
  | {
      readonly backend: BackendName;
      readonly available: false;
      /** The missing piece, in words. */
      readonly missing: string;
      /** The exact command, or step, that supplies it. */
      readonly command: string;
    };

/** One way to run tensors, behind the same two questions. */
export interface BackendAdapter {
  readonly name: BackendName;
  probe(host: BackendHost): Promise<BackendProbe>;
  /** Rejects with `BackendUnavailableError`; the backend that ran before then still runs. */
  start(host: BackendHost): Promise<StartedBackend>;
}
