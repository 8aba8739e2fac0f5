import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { startBackend } from '@crossmodal/backends';
import type { MultimodalSentimentInputs } from '@crossmodal/fusion-model';
import { exportOnnxFiles, type OnnxInput, type OnnxPrecision } from '@crossmodal/onnx-export';
import { softmax, transpose, type Tensor, type Tensor1D, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { usesImages, usesText } from './buildModel.js';
import { findCheckpoint, loadCheckpoint, type LoadedModel } from './loadRun.js';
import { writeExportedFiles } from './writeExportedFiles.js';

/** What an export wrote. */
export interface ExportedRun {
  readonly folder: string;
  readonly checkpoint: string;
  /** Names of the model's inputs and outputs, each with its shape. */
  readonly inputs: Readonly<Record<string, readonly (string | number)[]>>;
  readonly outputs: readonly string[];
  /** Size of `model.onnx`. */
  readonly bytes: number;
  /** The second file, which must stay beside `model.onnx`; `undefined` where that holds everything. */
  readonly externalData: { readonly name: string; readonly bytes: number } | undefined;
  /** Matrices that stay float32 though `float16` was asked for, because it cannot hold them. */
  readonly keptFloat32: readonly string[];
}

/** Options of {@link exportRun}. */
export interface ExportRunOptions {
  /** `float16`: half of the bytes, computed in float32; `int8`: matrices that are multiplied in a quarter of theirs, and outputs that move a little; see `exportOnnx`. Default `float32`. */
  readonly precision?: OnnxPrecision | undefined;
  /** Values of more bytes than this go to `model.onnx.data`; 0: those of any model. Default a little less than 2 GB, where one file ends. */
  readonly largestBytes?: number | undefined;
}

/** On wasm the values are copied out of its heap, which ends at 4 GiB; on cpu, slower by far, the export writes the model's own. */
const LARGEST_ON_WASM = 2e9;

/**
 * Writes the best checkpoint of a run as `model.onnx`, beside everything that makes its inputs: the tokenizer's files and
 * `preprocessor_config.json`, which Python's `AutoTokenizer` and `AutoImageProcessor` open.
 *
 * Names and layouts are Hugging Face's: `input_ids` and `attention_mask` `[batch, length]`, `pixel_values` `[batch, 3, height, width]`; and
 * `image_mask` `[batch]`, 0 = a row without an image. Values of 2 GB and more lie in `model.onnx.data` beside the model.
 *
 * @param run - run folder or checkpoint folder
 * @param folder - created if it does not exist; an older export in it is replaced, other files stay
 * @param options - how weights are kept, and where
 * @throws ConfigError when no checkpoint lies there
 * @throws CommitError when the file system refuses; an older export is then whole, or without its `model.onnx`
 */
export async function exportRun(
  run: string,
  folder: string,
  { precision = 'float32', largestBytes }: ExportRunOptions = {},
): Promise<ExportedRun> {
  const found = findCheckpoint(run);
  await startBackend(modelBytes(found) > LARGEST_ON_WASM ? 'cpu' : 'wasm');
  const loaded = await loadCheckpoint(found);
  const { model, tokenizer, processor, checkpoint } = loaded;
  try {
    const inputs = inputsOf(loaded);
    const files = await exportOnnxFiles({
      inputs,
      call: (given) => {
        const { logits, crossAttentions } = model.call(ownInputs(given));
        return { logits, probabilities: softmax(logits), cross_attentions: crossAttentions };
      },
      parameters: model.namedParameters(),
      precision,
      largestBytes,
    });
    const config = { id2label: model.config.id2label, fusion_strategy: model.config.fusionStrategy };
    await writeExportedFiles(folder, files, [
      ['config.json', `${JSON.stringify(config, null, 2)}\n`],
      ...(inputs.input_ids ? tokenizer.files() : []),
      ...(processor?.files() ?? []),
    ]);
    const shapes = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape]));
    const outputs = ['logits', 'probabilities', ...(hasAttentions(loaded) ? ['cross_attentions'] : [])];
    const { model: bytes, externalData: data, keptFloat32 } = files;
    const externalData = data && { name: data.name, bytes: data.bytes };
    return { folder, checkpoint, inputs: shapes, outputs, bytes: bytes.length, externalData, keptFloat32 };
  } finally {
    model.dispose();
  }
}

function inputsOf({ model, processor }: LoadedModel): Record<string, OnnxInput> {
  const { fusionStrategy } = model.config;
  const side = processor?.size ?? 0;
  return {
    ...(usesText(fusionStrategy)
      ? {
          input_ids: { dtype: 'int32', shape: ['batch', 'length'] },
          attention_mask: { dtype: 'int32', shape: ['batch', 'length'] },
        }
      : {}),
    ...(usesImages(fusionStrategy)
      ? {
          pixel_values: { dtype: 'float32', shape: ['batch', 3, side, side] },
          image_mask: { dtype: 'int32', shape: ['batch'] },
        }
      : {}),
  };
}

/** The model's inputs under its own names and in its own layout; each has the rank that `inputsOf` declared. */
function ownInputs(given: Readonly<Record<string, Tensor>>): MultimodalSentimentInputs {
  const { input_ids: inputIds, attention_mask: attentionMask, pixel_values: pixels, image_mask: imageMask } = given;
  return {
    ...(inputIds ? { inputIds: inputIds as Tensor2D, attentionMask: attentionMask as Tensor2D } : {}),
    ...(pixels ? { pixelValues: transpose(pixels as Tensor4D, [0, 2, 3, 1]), imageMask: imageMask as Tensor1D } : {}),
  };
}

function hasAttentions({ model }: LoadedModel): boolean {
  return ['cross-attention', 'pooled-cross-attention'].includes(model.config.fusionStrategy);
}

/** The bytes of a checkpoint's weights, those of its encoders too. */
function modelBytes(checkpoint: string): number {
  return readdirSync(checkpoint, { recursive: true, encoding: 'utf8' })
    .filter((name) => basename(name) === 'model.safetensors')
    .reduce((sum, name) => sum + statSync(join(checkpoint, name)).size, 0);
}
