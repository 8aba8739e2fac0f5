import type { Sample } from '@crossmodal/dataset';
import type { SampleFeatures } from '@crossmodal/training';

/** Features of an image that is there, or of the zero image that stands in for a missing one. */
export interface KeptImage {
  readonly features: SampleFeatures;
  readonly present: boolean;
}

/** Reads what frozen encoders made of a run's samples; a side that is missing is encoded in every step. */
export interface RunFeatures {
  readonly text?: ((sample: Sample) => Promise<SampleFeatures>) | undefined;
  readonly image?: ((sample: Sample) => Promise<KeptImage>) | undefined;
}
