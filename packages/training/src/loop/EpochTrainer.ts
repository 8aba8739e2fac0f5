import { deriveSeed } from '@crossmodal/layers';
import { dispose, tensor_util, type TensorContainer, type Variable } from '@tensorflow/tfjs-core';
import { CapturedGradients } from '../gradients/CapturedGradients.js';
import { computeGradients, type LossAndGradients } from '../gradients/computeGradients.js';
import { EventLoopBreather } from './EventLoopBreather.js';
import { GradientWindow, type WindowNumbers } from './GradientWindow.js';
import { type StopConditions } from './StopConditions.js';
import { TrainingError } from './TrainingError.js';
import { type TrainingProgress } from './TrainingProgress.js';
import { type StopReason } from './TrainingResult.js';
import { type TrainModelOptions } from './TrainModelOptions.js';

/** What the epochs of one run share. */
export interface EpochTrainerStart<B, T> {
  readonly options: TrainModelOptions<B, T>;
  readonly parameters: ReadonlyMap<string, Variable>;
  readonly progress: TrainingProgress;
  readonly stop: StopConditions;
  /** Folder of the last checkpoint, for messages. */
  lastCheckpoint(): string | undefined;
  /** Rejects when the backend failed. */
  assertBackend(): Promise<void>;
}

/** Makes the updates of an epoch, or the rest of them, and keeps the progress. */
export class EpochTrainer<B, T> {
  readonly #start: EpochTrainerStart<B, T>;
  readonly #gradients: CapturedGradients;
  readonly #batchesPerUpdate: number;
  readonly #window: GradientWindow;
  readonly #breather = new EventLoopBreather();

  constructor(start: EpochTrainerStart<B, T>) {
    this.#start = start;
    this.#gradients = new CapturedGradients(start.parameters);
    this.#batchesPerUpdate = start.options.gradientAccumulationSteps ?? 1;
    this.#window = new GradientWindow(this.#batchesPerUpdate);
  }

  /**
   * Trains on the batches of the epoch that are not in the weights yet.
   *
   * @param afterUpdate - waited for after each update but the last one of the epoch, which is followed by more than a save
   * @returns why it stopped before the end, if it did. A window that was not full is forgotten then: its batches come again after a
   *   resume, with the same seeds
   */
  async train(afterUpdate: () => Promise<void>): Promise<StopReason | undefined> {
    const { options, progress, stop } = this.#start;
    const { stepsPerEpoch } = options;
    options.model.train();
    let count = 0;
    let sinceMs = stop.now();
    try {
      for await (const batch of options.trainBatches(progress.epoch)) {
        const reason = stop.reason();
        if (reason !== undefined) return reason;
        if (count === stepsPerEpoch) throw this.#wrongLength('more');
        count += 1;
        if (count <= progress.batch) continue;
        this.#addBatch(batch, count - 1);
        if (this.#window.batches.length === this.#batchesPerUpdate || count === stepsPerEpoch) {
          await this.#update(count);
          const nowMs = stop.now();
          progress.trainingMs += nowMs - sinceMs;
          if (count < stepsPerEpoch) await afterUpdate();
          sinceMs = stop.now();
        }
        await this.#breather.breathe();
      }
    } finally {
      this.#window.clear();
    }
    if (count < stepsPerEpoch) throw this.#wrongLength(String(count));
    return undefined;
  }

  #addBatch(batch: B, index: number): void {
    const { options, progress } = this.#start;
    const size = options.batchSize(batch);
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`trainModel: batchSize must be a whole number from 1, got ${size}.`);
    }
    const seed = deriveSeed(options.seed, 'batch', progress.epoch, index);
    this.#window.add(this.#differentiate(batch, seed), { size, sampleIds: options.sampleIds(batch) });
  }

  #differentiate(batch: B, seed: number): LossAndGradients {
    const { options, parameters } = this.#start;
    const { batchTensors } = options;
    if (!batchTensors) {
      const context = { seed, tensors: undefined as T }; // what T is without batchTensors
      return computeGradients(() => options.computeLoss(batch, context), parameters);
    }
    const tensors = batchTensors(batch);
    const all = tensor_util.getTensorsInContainer(tensors as TensorContainer); // by the option's contract
    try {
      return this.#gradients.compute(() => options.computeLoss(batch, { seed, tensors }), { tensors: all, seed });
    } finally {
      dispose(all);
    }
  }

  async #update(batchesDone: number): Promise<void> {
    const { optimizer, schedule, maxGradNorm, stepsPerEpoch, epochs, onEvent } = this.#start.options;
    const { progress } = this.#start;
    const numbers = await this.#window.read();
    await this.#start.assertBackend();
    this.#assertFinite(numbers);
    const { loss, gradNorm } = numbers;
    // The small number is that of PyTorch's clip_grad_norm_.
    const clipFactor = maxGradNorm === undefined ? 1 : Math.min(1, maxGradNorm / (gradNorm + 1e-6));
    const scheduleFactor = schedule?.(progress.step) ?? 1;
    const { samples, gradients, meanFactor } = this.#window;
    optimizer.step(gradients, scheduleFactor, { gradientScale: meanFactor * clipFactor });
    this.#window.clear();
    progress.batch = batchesDone;
    progress.step += 1;
    progress.samples += samples;
    progress.lossSum += loss * samples;
    onEvent?.({
      type: 'step',
      step: progress.step,
      totalSteps: Math.ceil(stepsPerEpoch / this.#batchesPerUpdate) * epochs,
      epoch: progress.epoch,
      loss,
      learningRate: optimizer.learningRate * scheduleFactor,
      gradNorm,
      samples,
    });
  }

  /** Frees what was kept between updates. */
  dispose(): void {
    this.#gradients.dispose();
  }

  #assertFinite({ losses, gradNorm }: WindowNumbers): void {
    const { batches } = this.#window;
    const at = losses.findIndex((loss) => !Number.isFinite(loss));
    if (at === -1 && Number.isFinite(gradNorm)) return;
    throw new TrainingError({
      quantity: at === -1 ? 'gradient norm' : 'loss',
      value: losses[at] ?? gradNorm,
      step: this.#start.progress.step + 1,
      sampleIds: (at === -1 ? batches : batches.slice(at, at + 1)).flatMap(({ sampleIds }) => sampleIds),
      lastCheckpoint: this.#start.lastCheckpoint(),
    });
  }

  #wrongLength(received: string): RangeError {
    const { options, progress } = this.#start;
    return new RangeError(
      `trainModel: trainBatches(${progress.epoch}) must give stepsPerEpoch = ${options.stepsPerEpoch} batches, got ${received}.`,
    );
  }
}
