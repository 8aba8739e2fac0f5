import type { MultimodalSentimentModel } from '@crossmodal/fusion-model';
import { onnxRuntimeVersion } from '@crossmodal/tfjs-backend-onnxruntime/runtime';
import { getBackend } from '@tensorflow/tfjs-core';
import { ConfigError } from '../config/ConfigError.js';
import type { TrainConfig } from '../config/TrainConfig.js';
import type { OnRunEvent } from '../run/RunEvent.js';
import { isFrozen } from './isFrozen.js';
import { loadOnnxRuntime, type OnnxRuntimeLoaded } from './loadOnnxRuntime.js';
import { OnnxEncoder, type EncoderSide } from './OnnxEncoder.js';
import type { RunEncoders } from './RunEncoders.js';

/** Options of {@link openEncoders}. */
export interface OpenEncodersOptions {
  /** Who runs frozen encoders: see the setting of this name. */
  readonly engine: TrainConfig['encoderEngine'];
  /** Hears once who runs them, where there are any. */
  readonly onEvent?: OnRunEvent | undefined;
  /** Default: what is installed. */
  readonly load?: (() => OnnxRuntimeLoaded) | undefined;
  /** An encoder of more bytes stays with TensorFlow.js. Default 1.9 GB: a model is handed over in one piece, which ends at 2 GB. */
  readonly largestBytes?: number | undefined;
}

/** Backends that compute on the CPU; a GPU is left its work. */
const CPU_BACKENDS = ['cpu', 'wasm', 'onnxruntime'];

/**
 * Gives the encoders of which nothing is trained to ONNX Runtime, where it is installed.
 *
 * @returns an encoder for each frozen side; none where TensorFlow.js runs them. The caller closes them.
 * @throws ConfigError when the engine must be `onnxruntime` and cannot be
 */
export function openEncoders(
  model: MultimodalSentimentModel,
  { engine, onEvent, load = loadOnnxRuntime, largestBytes = 1.9e9 }: OpenEncodersOptions,
): RunEncoders {
  const { textEncoder, imageEncoder } = model;
  const frozen = Object.entries({ text: textEncoder, image: imageEncoder }).flatMap(([side, encoder]) =>
    encoder && isFrozen(encoder) ? [{ side: side as EncoderSide, encoder }] : [],
  );
  if (engine === 'tensorflow' || frozen.length === 0) return none;
  const largest = Math.max(...frozen.map(({ encoder }) => bytesOf([...encoder.namedParameters().values()])));
  const refuse = (problem: string): RunEncoders => {
    if (engine === 'onnxruntime') throw new ConfigError(`config: encoderEngine: ${problem}.`);
    onEvent?.({ type: 'message', level: 'info', text: `frozen encoders run in TensorFlow.js: ${problem}` });
    return none;
  };
  if (!CPU_BACKENDS.includes(getBackend())) {
    if (engine === 'auto') return none;
    return refuse(`onnxruntime needs one of the backends ${CPU_BACKENDS.join(', ')}, got ${getBackend()}`);
  }
  if (largest > largestBytes) {
    return refuse(`an encoder must have at most ${gigabytes(largestBytes)} of weights, got ${gigabytes(largest)}`);
  }
  const loaded = load();
  if ('problem' in loaded) return refuse(loaded.problem);
  onEvent?.({ type: 'message', level: 'info', text: `frozen encoders run in ONNX Runtime ${onnxRuntimeVersion}` });
  const opened = new Map(frozen.map(({ side }) => [side, new OnnxEncoder(side, model, loaded.runtime)]));
  return {
    text: opened.get('text'),
    image: opened.get('image'),
    close: async () => {
      for (const encoder of opened.values()) await encoder.close();
    },
  };
}

const none: RunEncoders = { text: undefined, image: undefined, close: () => Promise.resolve() };

function bytesOf(parameters: readonly { readonly size: number }[]): number {
  return parameters.reduce((sum, { size }) => sum + size * Float32Array.BYTES_PER_ELEMENT, 0);
}

function gigabytes(bytes: number): string {
  return `${Number((bytes / 1e9).toPrecision(2))} GB`;
}
