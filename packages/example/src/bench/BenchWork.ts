import type { BackendName } from '@crossmodal/backends';
import { type ClipVisionConfig, defaultClipVisionConfig } from '@crossmodal/image-encoder';
import { type BertConfig, defaultBertConfig } from '@crossmodal/text-encoder';
import type { TrainConfigInput } from '../config/TrainConfig.js';

/** What `crossmodal bench` can measure; `--only` takes these names. */
export const benchNames = [
  'matmul',
  'text-encoder',
  'image-encoder',
  'training-step',
  'images',
  'tokens',
  'main-job',
] as const;
export type BenchName = (typeof benchNames)[number];

/** Who computes: a backend, an encoder as one graph of ONNX Runtime, or neither, where no tensor is involved. */
export type BenchSubject = BackendName | 'onnx-graph' | 'no backend';

/** Something to measure, with its sizes: what a process of its own is told to do. */
export type BenchWork = MatMulWork | EncoderWork | TrainingStepWork | ImageWork | TokenWork | MainJobWork;

/** The product of matrices by which `auto` compares backends. */
interface MatMulWork {
  readonly name: 'matmul';
}

/** Forward pass of an encoder with random weights. */
export type EncoderWork = TextEncoderWork | ImageEncoderWork;

export interface TextEncoderWork {
  readonly name: 'text-encoder';
  readonly batchSize: number;
  /** Tokens of each text. */
  readonly length: number;
  readonly config: BertConfig;
}

export interface ImageEncoderWork {
  readonly name: 'image-encoder';
  readonly batchSize: number;
  readonly config: ClipVisionConfig;
}

/** A training step of the model that `settings` describe, on rows of their data. */
interface TrainingStepWork {
  readonly name: 'training-step';
  readonly settings: TrainConfigInput;
}

/** Image files to normalised pixels. */
export interface ImageWork {
  readonly name: 'images';
  /** Each is decoded in each round. */
  readonly paths: readonly string[];
  /** Pixels of the square that comes out. */
  readonly imageSize: number;
}

/** Texts to token ids. */
export interface TokenWork {
  readonly name: 'tokens';
  readonly texts: readonly string[];
}

/** All of `crossmodal train`, from the start of its process to the report. */
export interface MainJobWork {
  readonly name: 'main-job';
  readonly settings: TrainConfigInput;
}

/** BERT-base on texts of 128 tokens. */
export function bertBaseWork(batchSize: number): TextEncoderWork {
  return { name: 'text-encoder', batchSize, length: 128, config: defaultBertConfig };
}

/** CLIP's ViT-B/32 on images of 224 x 224 pixels. */
export function clipVisionWork(batchSize: number): ImageEncoderWork {
  return { name: 'image-encoder', batchSize, config: defaultClipVisionConfig };
}

/** Multiplications and additions of an encoder's products of matrices, the most of its work, in thousand millions. */
export function encoderGflop(work: EncoderWork): number {
  const { hiddenSize, intermediateSize, numHiddenLayers } = work.config;
  const length = work.name === 'text-encoder' ? work.length : patchesOf(work.config) + 1;
  const perToken = 4 * hiddenSize ** 2 + 2 * hiddenSize * intermediateSize + 2 * length * hiddenSize;
  return (2 * work.batchSize * length * numHiddenLayers * perToken) / 1e9;
}

function patchesOf({ imageSize, patchSize }: ClipVisionConfig): number {
  return Math.floor(imageSize / patchSize) ** 2;
}
