import { startBackend } from '@crossmodal/backends';
import type { MultimodalSentimentInputs } from '@crossmodal/fusion-model';
import { exportOnnx, type OnnxInput, type OnnxPrecision } from '@crossmodal/onnx-export';
import { writeFolder } from '@crossmodal/weights';
import { softmax, transpose, type Tensor, type Tensor1D, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { usesImages, usesText } from './buildModel.js';
import { findCheckpoint, loadCheckpoint, type LoadedModel } from './loadRun.js';

/** What an export wrote. */
export interface ExportedRun {
  readonly folder: string;
  readonly checkpoint: string;
  /** Names of the model's inputs and outputs, each with its shape. */
  readonly inputs: Readonly<Record<string, readonly (string | number)[]>>;
  readonly outputs: readonly string[];
  readonly bytes: number;
}

/** Options of {@link exportRun}. */
export interface ExportRunOptions {
  /** `float16`: half of the bytes, computed in float32; `int8`: a quarter of the bytes, and outputs that move a little; see `exportOnnx`. Default `float32`. */
  readonly precision?: OnnxPrecision | undefined;
}

/**
 * Writes the best checkpoint of a run as `model.onnx`, beside everything that makes its inputs: the tokenizer's files and
 * `preprocessor_config.json`, which Python's `AutoTokenizer` and `AutoImageProcessor` open.
 *
 * Names and layouts are Hugging Face's: `input_ids` and `attention_mask` `[batch, length]`, `pixel_values` `[batch, 3, height, width]`; and
 * `image_mask` `[batch]`, 0 = a row without an image.
 *
 * @param run - run folder or checkpoint folder
 * @param folder - created if it does not exist
 * @param options - how weights are kept
 * @throws ConfigError when no checkpoint lies there
 */
export async function exportRun(
  run: string,
  folder: string,
  { precision = 'float32' }: ExportRunOptions = {},
): Promise<ExportedRun> {
  await startBackend('wasm');
  const loaded = await loadCheckpoint(findCheckpoint(run));
  const { model, tokenizer, processor, checkpoint } = loaded;
  try {
    const inputs = inputsOf(loaded);
    const bytes = await exportOnnx({
      inputs,
      call: (given) => {
        const { logits, crossAttentions } = model.call(ownInputs(given));
        return { logits, probabilities: softmax(logits), cross_attentions: crossAttentions };
      },
      parameters: model.namedParameters(),
      precision,
    });
    const config = { id2label: model.config.id2label, fusion_strategy: model.config.fusionStrategy };
    await writeFolder(
      folder,
      new Map<string, Uint8Array | string>([
        ['model.onnx', bytes],
        ['config.json', `${JSON.stringify(config, null, 2)}\n`],
        ...(inputs.input_ids ? tokenizer.files() : []),
        ...(processor?.files() ?? []),
      ]),
    );
    const shapes = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape]));
    const outputs = ['logits', 'probabilities', ...(hasAttentions(loaded) ? ['cross_attentions'] : [])];
    return { folder, checkpoint, inputs: shapes, outputs, bytes: bytes.length };
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
