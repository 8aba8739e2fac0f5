import { type BackendProbe, probeBackends } from '@crossmodal/backends';
import { bertBaseWork, clipVisionWork, type ImageEncoderWork, type TextEncoderWork } from './BenchWork.js';

/** The machine that is measured; passed in, so that tests can bring their own. */
export interface BenchMachine {
  /** Which backends run here. */
  readonly probe: () => Promise<readonly BackendProbe[]>;
  /** The module that measuring processes run. */
  readonly worker: URL;
  /** The encoders that are measured. */
  readonly encoders: (quick: boolean) => { readonly text: TextEncoderWork; readonly image: ImageEncoderWork };
}

/** The machine that this code runs on. */
export function thisBenchMachine(): BenchMachine {
  return {
    probe: probeBackends,
    worker: new URL('./bench-worker.js', import.meta.url),
    encoders: (quick) => ({ text: bertBaseWork(quick ? 1 : 4), image: clipVisionWork(quick ? 1 : 8) }),
  };
}
