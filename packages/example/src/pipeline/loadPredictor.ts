import { startBackend, type BackendName } from '@crossmodal/backends';
import type { Sample } from '@crossmodal/dataset';
import type { TrainConfig } from '../config/TrainConfig.js';
import { openEncoders } from '../encoders/openEncoders.js';
import type { RunEncoders } from '../encoders/RunEncoders.js';
import type { OnRunEvent } from '../run/RunEvent.js';
import { batchShapes } from './BatchShapes.js';
import { predictSamples } from './predictSamples.js';
import type { BatchSource } from './sampleBatches.js';
import { TokenCache } from './TokenCache.js';
import { ImageStore } from './ImageStore.js';
import { findCheckpoint, loadCheckpoint, type LoadedModel } from './loadRun.js';

/** A text and the path of its image. */
export interface PredictInput {
  readonly text: string;
  /** Path of an image file; without it the model predicts from the text alone, if it was trained to. */
  readonly image?: string;
}

/** The answer for one input. */
export interface PredictOutput {
  readonly label: string;
  /** Probability of the label, between 0 and 1. */
  readonly probability: number;
  /** Probability of every label; they sum to 1. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** A trained model that answers for texts and images. */
export interface Predictor {
  /** The labels the model knows. */
  readonly labels: readonly string[];
  /**
   * Predicts a list of inputs, in their order.
   *
   * @throws ImageError when an image is missing or unreadable
   */
  predict(inputs: readonly PredictInput[]): Promise<readonly PredictOutput[]>;
  /** As `predict`, but an input whose image cannot be read gets its error in its place and the others their answers. */
  tryPredict(inputs: readonly PredictInput[]): Promise<readonly (PredictOutput | Error)[]>;
  /** Frees the weights. */
  dispose(): void;
}

/** Options of {@link loadPredictor}. */
export interface LoadPredictorOptions {
  /** Which TensorFlow.js backend; default `auto`. */
  readonly backend?: BackendName | 'auto';
  /** Rows per forward pass; default 64. */
  readonly batchSize?: number;
  /**
   * Who runs the encoders: with `onnxruntime`, or `auto` where it is installed, both are written as a graph of ONNX Runtime at the first call,
   * which takes seconds for a large model and pays from some dozen rows on. Default `auto`.
   */
  readonly encoderEngine?: TrainConfig['encoderEngine'];
  /** Hears who runs the encoders. */
  readonly onEvent?: OnRunEvent;
}

/**
 * Loads the best checkpoint of a run.
 *
 * @param folder - run folder or checkpoint folder
 * @throws ConfigError when no checkpoint lies there
 */
export async function loadPredictor(folder: string, options: LoadPredictorOptions = {}): Promise<Predictor> {
  await startBackend(options.backend ?? 'auto');
  const loaded = await loadCheckpoint(findCheckpoint(folder));
  loaded.model.eval().freeze(() => true);
  const { encoderEngine: engine = 'auto', onEvent, batchSize = 64 } = options;
  return createPredictor(loaded, openEncoders(loaded.model, { engine, onEvent }), batchSize);
}

/** Wraps a loaded model; disposing the predictor disposes the model. */
function createPredictor(loaded: LoadedModel, encoders: RunEncoders, batchSize: number): Predictor {
  const names = loaded.labels.labels;
  const tokens = new TokenCache(loaded.tokenizer, loaded.maxLength);

  async function tryPredict(inputs: readonly PredictInput[]): Promise<readonly (PredictOutput | Error)[]> {
    const samples = inputs.map(toSample);
    const images = new ImageStore(loaded.processor, 'error', PREDICT_CACHE_BYTES);
    const sizes = { batchSize, maxLength: loaded.maxLength };
    const source: BatchSource = { ...loaded, ...sizes, images, encoders, shapes: batchShapes(sizes) };
    const loads = await Promise.allSettled(samples.map((sample) => images.load(sample)));
    const readable = samples.filter((_, index) => loads[index]?.status === 'fulfilled');
    const predictions = new Map(
      (await predictSamples(loaded.model, source, tokens, readable)).map((prediction) => [prediction.id, prediction]),
    );
    return samples.map((sample, index) => {
      const load = loads[index];
      const answer = predictions.get(sample.id);
      if (load?.status === 'rejected')
        return load.reason instanceof Error ? load.reason : new Error(String(load.reason));
      return {
        label: names[answer?.prediction ?? -1] ?? '',
        probability: answer?.probabilities[answer.prediction] ?? NaN,
        probabilities: Object.fromEntries(names.map((name, label) => [name, answer?.probabilities[label] ?? NaN])),
      };
    });
  }

  return {
    labels: names,
    tryPredict,
    predict: async (inputs) =>
      (await tryPredict(inputs)).map((answer) => {
        if (answer instanceof Error) throw answer;
        return answer;
      }),
    dispose: () => {
      void encoders.close(); // nothing of it is left in TensorFlow.js
      loaded.model.dispose();
    },
  };
}

/** Decoded images of one call: looked at first for errors, then used. */
const PREDICT_CACHE_BYTES = 256 * 2 ** 20;

function toSample(input: PredictInput, index: number): Sample {
  if (typeof input.text !== 'string') {
    throw new TypeError(`predict: inputs[${index}].text must be a string, got ${typeof input.text}.`);
  }
  return {
    id: String(index),
    text: input.text,
    images: input.image === undefined ? [] : [input.image],
    label: null,
    line: index + 1,
  };
}
