import { type TextPooling } from './TextPooling.js';

/** Options of loading a text encoder. */
export interface LoadTextOptions {
  /** How `poolerOutput` is made; default what the folder was saved with, else the encoder's own choice. */
  readonly pooling?: TextPooling | undefined;
}

/** Options of a new text encoder. */
export interface TextEncoderOptions {
  /** Seed of the first weights; default 0. */
  readonly seed?: number | undefined;
  /** How `poolerOutput` is made; default the encoder's own choice. A pooler is built for 'pooler' alone. */
  readonly pooling?: TextPooling | undefined;
  /** False leaves the weights at zero, for those who assign every one of them; default true. */
  readonly initialize?: boolean | undefined;
}
