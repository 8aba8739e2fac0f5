import { type PostNormPaths } from '@crossmodal/layers';
import { type NameMap } from '@crossmodal/weights';
import { type Tensor2D } from '@tensorflow/tfjs-core';
import { type BertFamilyConfig } from './BertFamilyConfig.js';
import { type TextConfigFormat } from './TextConfigFormat.js';
import { type TextPooling } from './TextPooling.js';

/** How positions are numbered where they do not simply count from 0. */
export interface PositionNumbers<Config> {
  /** The position of a text's first token. */
  readonly first: (config: Config) => number;
  /** `[B, T]` int32 from `[B, T]` int32; a new tensor. */
  readonly of: (inputIds: Tensor2D, config: Config) => Tensor2D;
}

/** What makes one architecture of BERT's family, as data. */
export interface BertFamilyArchitecture<Config extends BertFamilyConfig> {
  /** Name of the class here, for messages. */
  readonly name: string;
  /** Python's class, for `config.json`. */
  readonly pythonClass: (config: Config) => string;
  /** How `config.json` is written. */
  readonly format: TextConfigFormat<Config>;
  /** What published names mean. */
  readonly names: NameMap;
  /** How texts can be pooled; the first is what a new encoder does, and 'pooler' needs weights. */
  readonly poolings: readonly [TextPooling, ...TextPooling[]];
  /** How they are pooled when a file has no pooler. */
  readonly poolingWithoutPooler: TextPooling;
  /** Path of the list of blocks. */
  readonly blocks: string;
  /** Paths inside a block; default BERT's. */
  readonly blockPaths?: PostNormPaths | undefined;
  /** Dropout of what attention adds to the stream; default `hiddenDropoutProb`. */
  readonly attentionOutputDropout?: number | undefined;
  /** Tables of which the row of the padding token starts as zeros. */
  readonly paddedTables: RegExp;
  /** Default 0, 1, 2, ... */
  readonly positions?: PositionNumbers<Config> | undefined;
}
