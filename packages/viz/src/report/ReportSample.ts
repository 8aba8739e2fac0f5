import { type CropRectangle } from '../overlay/attentionOverlay.js';
import { type AttendedWord } from '../text/AttendedWord.js';

/** One prediction and what the model looked at. */
export interface ReportSample {
  readonly id: string;
  /** `null` when nobody knows. */
  readonly truth: string | null;
  readonly prediction: string;
  /** Probability of the prediction by the model's own estimate, 0 to 1. */
  readonly probability: number;
  /** Which part of the samples it belongs to, such as its kind. */
  readonly group?: string;
  /** The text as the model read it, with attention per word; or plain. */
  readonly words?: readonly AttendedWord[];
  /** The text as it was written; shown when there are no words. */
  readonly text?: string;
  /** The original picture; its metadata must have been removed (photos carry places). */
  readonly image?: ReportPicture;
  /** The same picture with attention drawn over it, as `attentionOverlay` makes it. */
  readonly overlay?: ReportPicture;
  /** Why there is no picture: `file not found`. */
  readonly imageNote?: string;
  /** How the attention is spread over the picture. */
  readonly attention?: SampleAttention;
  /** How far the prediction moves, in logits, when the picture is replaced by another one. */
  readonly imageReliance?: number;
  /** One sentence on this sample. */
  readonly note?: string;
}

/** A picture for a page: bytes of a PNG or JPEG file, or a `data:` address of a PNG, JPEG, GIF or WebP picture. */
export interface ReportPicture {
  readonly source: Uint8Array | string;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** What the picture shows, for those who cannot see it; default composed. */
  readonly alt?: string;
}

/** Numbers on the attention over one picture. */
export interface SampleAttention {
  /** The weight of the patch with the most, 0 to 1. */
  readonly topWeight: number;
  /** Number of patches; spread evenly, each would have `1 / patches`. */
  readonly patches: number;
  /** The weight on no patch at all, 0 to 1, for a model that can look away. */
  readonly nullWeight?: number;
  /** The part of the picture that the patches cover, in pixels of the picture, for the maps of single words. */
  readonly crop?: CropRectangle;
}
