import type { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { exportOnnx, type OnnxInput } from '@crossmodal/onnx-export';
import type { OnnxRuntime } from '@crossmodal/tfjs-backend-onnxruntime/runtime';
import type { PaddedFeature } from '@crossmodal/training';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { keptNames } from '../features/keptNames.js';
import { encoderStacks } from '../memory/encoderStacks.js';
import { divideBatch } from '../pipeline/divideBatch.js';
import type { EncodedBatch } from '../pipeline/EncodedBatch.js';
import { passRows } from './passRows.js';

/** Which encoder of a model. */
export type EncoderSide = 'text' | 'image';

/** Options of {@link OnnxEncoder}. */
export interface OnnxEncoderOptions {
  /** Threads that compute one operation; default ONNX Runtime's choice, one for each core. */
  readonly numThreads?: number | undefined;
}

/**
 * One encoder of a model as a single graph of ONNX Runtime. It is written when the first batch comes, with the weights of that moment, and
 * never again: for encoders that are not trained.
 *
 * What it gives is equal to what the model's own encoder gives to 1e-4, and independent of the TensorFlow.js backend.
 */
export class OnnxEncoder {
  #session: Promise<InferenceSession> | undefined;

  /**
   * @param side - which of the model's encoders
   * @param model - in evaluation mode, on any backend; it must live until the first batch has come
   * @param runtime - see `loadOnnxRuntime`
   * @param options - threads
   */
  constructor(
    private readonly side: EncoderSide,
    private readonly model: MultimodalSentimentModel,
    private readonly runtime: OnnxRuntime,
    private readonly options: OnnxEncoderOptions = {},
  ) {}

  /**
   * Encodes one side of a batch.
   *
   * @returns what the model's strategy combines, by name; none if the batch lacks this side
   */
  async encode(batch: EncodedBatch): Promise<Map<string, PaddedFeature>> {
    if (this.side === 'image' && !batch.pixelValues) return new Map();
    this.#session ??= this.open(batch);
    const session = await this.#session;
    const stack = encoderStacks(this.model, batch.length)[this.side];
    const results: InferenceSession.ReturnType[] = [];
    for (const part of divideBatch(batch, passRows(batch.rows, [stack]))) {
      results.push(await session.run(this.feeds(part)));
    }
    return new Map(
      session.outputNames.map((name) => {
        const { data, dims } = joinRows(results.flatMap((result) => result[name] ?? []));
        return [name, { shape: dims, data, mask: maskOf(this.side, dims, batch) }];
      }),
    );
  }

  /** Frees the graph; after that the encoder would be written again. */
  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    this.#session = undefined;
    await session?.release();
  }

  private async open({ imageSize }: EncodedBatch): Promise<InferenceSession> {
    const { side, model } = this;
    const pixelShape = ['batch', imageSize, imageSize, 3];
    const encoder = side === 'text' ? model.textEncoder : model.imageEncoder;
    const bytes = await exportOnnx({
      inputs: side === 'text' ? textInputs : { pixelValues: { dtype: 'float32', shape: pixelShape } },
      call: ({ inputIds, attentionMask, pixelValues }) => {
        // Of the ranks that are declared above.
        const given =
          side === 'text'
            ? { inputIds: inputIds as Tensor2D, attentionMask: attentionMask as Tensor2D }
            : { pixelValues: pixelValues as Tensor4D };
        const features = model.encode(given)[side] as Readonly<Record<string, Tensor | undefined>> | undefined;
        const names = keptNames(side, model.config.fusionStrategy);
        return Object.fromEntries(names.map((name) => [name, features?.[name]]));
      },
      parameters: encoder?.namedParameters(),
    });
    const { numThreads } = this.options;
    return this.runtime.InferenceSession.create(
      bytes,
      numThreads === undefined ? {} : { intraOpNumThreads: numThreads },
    );
  }

  private feeds({ rows, length, inputIds, attentionMask, pixelValues, imageSize }: EncodedBatch) {
    const { Tensor: OnnxTensor } = this.runtime;
    if (this.side === 'image' && pixelValues) {
      return { pixelValues: new OnnxTensor('float32', pixelValues, [rows, imageSize, imageSize, 3]) };
    }
    const whole = (values: Int32Array): OnnxTensor =>
      new OnnxTensor('int64', BigInt64Array.from(values, BigInt), [rows, length]);
    return { inputIds: whole(inputIds), attentionMask: whole(attentionMask) };
  }
}

/** Values of passes, one below the other. Every output of an encoder is float32. */
function joinRows(parts: readonly OnnxTensor[]): { readonly data: Float32Array; readonly dims: readonly number[] } {
  const [first] = parts;
  const dims = [parts.reduce((rows, part) => rows + (part.dims[0] ?? 0), 0), ...(first?.dims.slice(1) ?? [])];
  if (first && parts.length === 1) return { data: first.data as Float32Array, dims };
  const data = new Float32Array(dims.reduce((size, dim) => size * dim, 1));
  let at = 0;
  for (const part of parts) {
    data.set(part.data as Float32Array, at);
    at += part.size;
  }
  return { data, dims };
}

const textInputs: Readonly<Record<string, OnnxInput>> = {
  inputIds: { dtype: 'int32', shape: ['batch', 'length'] },
  attentionMask: { dtype: 'int32', shape: ['batch', 'length'] },
};

/** States of tokens are there where the tokens are; those of patches all are. */
function maskOf(side: EncoderSide, shape: readonly number[], batch: EncodedBatch): Int32Array | undefined {
  if (shape.length < 3) return undefined;
  if (side === 'text') return batch.attentionMask;
  return new Int32Array((shape[0] ?? 0) * (shape[1] ?? 0)).fill(1);
}
