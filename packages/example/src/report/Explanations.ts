import type { CropRectangle } from '@crossmodal/viz';
import type { Measured } from '../pipeline/measure.js';
import type { SplitName } from '@crossmodal/dataset';
import type { WorldTruth } from '../pipeline/readWorldTruth.js';

/** The content of `explanations.json`: what the report shows of single samples, without model or data file. */
export interface Explanations {
  /** Where the samples come from; null when there was nothing to explain. */
  readonly split: SplitName | null;
  readonly fusionStrategy: string;
  readonly samples: readonly StoredExplanation[];
  /** How far the logits move with other samples' pictures; null for a model that does not look at pictures. */
  readonly imageReliance: StoredReliance | null;
  /** Known of the synthetic review world only. */
  readonly ceilings: WorldTruth['ceilings'] | null;
  /** How often a patch picked blindly would show the decisive mark, where there is one. */
  readonly pointingByChance: number | null;
}

/** One sample. Numbers that are not finite are null. */
export interface StoredExplanation {
  readonly id: string;
  readonly group: string | null;
  readonly truth: string | null;
  readonly prediction: string;
  readonly probability: number | null;
  /** As the model read it. */
  readonly text: string;
  readonly words: readonly StoredWord[];
  readonly image: StoredPicture | null;
  readonly overlay: StoredPicture | null;
  /** Why there is no picture. */
  readonly imageNote: string | null;
  readonly attention: PatchWeights | null;
  readonly nullWeight: number | null;
  readonly imageReliance: number | null;
}

/** Attention on each patch, rows from top to bottom. */
type PatchWeights = readonly (readonly number[])[];

/** A word and its attention. */
interface StoredWord {
  readonly text: string;
  readonly weight: number | null;
  readonly attention: PatchWeights;
  readonly spaceBefore: boolean;
}

/** A picture in the folder `figures`. */
export interface StoredPicture {
  /** Name without a folder. */
  readonly file: string;
  readonly width: number;
  readonly height: number;
  /** What the model saw of it, in its pixels. */
  readonly crop: CropRectangle | null;
}

/** Image reliance, averaged over samples. */
export interface StoredReliance {
  readonly samples: number;
  readonly all: Measured;
  readonly groups: readonly { readonly name: string; readonly samples: number; readonly reliance: Measured }[];
}

/** Name of the file in a run folder. */
export const EXPLANATIONS_FILE = 'explanations.json';
