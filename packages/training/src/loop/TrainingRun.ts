import { deriveSeed } from '@crossmodal/layers';
import { type Variable } from '@tensorflow/tfjs-core';
import { type CheckpointStore } from '../checkpoints/CheckpointStore.js';
import { type RunSettings } from '../checkpoints/progressFile.js';
import { readVariables, trainingStateFiles } from '../checkpoints/trainingState.js';
import { computeGradients } from '../gradients/computeGradients.js';
import { type EpochRecord } from './EpochRecord.js';
import { EventLoopBreather } from './EventLoopBreather.js';
import { GradientWindow, type WindowNumbers } from './GradientWindow.js';
import { TrainingError } from './TrainingError.js';
import { type TrainingProgress } from './TrainingProgress.js';
import { type StopReason, type TrainingResult } from './TrainingResult.js';
import { type TrainModelOptions } from './TrainModelOptions.js';

/** What a run starts with. */
export interface TrainingRunStart<B> {
  readonly options: TrainModelOptions<B>;
  readonly parameters: ReadonlyMap<string, Variable>;
  readonly settings: RunSettings;
  readonly progress: TrainingProgress;
  readonly store: CheckpointStore | undefined;
  /** The checkpoint it continues from. */
  readonly lastCheckpoint: string | undefined;
}

/** One call of `trainModel`: epochs of updates, with an evaluation and a checkpoint after each. */
export class TrainingRun<B> {
  readonly #options: TrainModelOptions<B>;
  readonly #parameters: ReadonlyMap<string, Variable>;
  readonly #settings: RunSettings;
  readonly #progress: TrainingProgress;
  readonly #store: CheckpointStore | undefined;
  readonly #breather = new EventLoopBreather();
  readonly #window: GradientWindow;
  readonly #batchesPerUpdate: number;
  readonly #startedAtMs: number;
  #lastCheckpoint: string | undefined;
  /** Epoch and batch of the last checkpoint in this store. */
  #saved = '';

  constructor({ options, parameters, settings, progress, store, lastCheckpoint }: TrainingRunStart<B>) {
    this.#options = options;
    this.#parameters = parameters;
    this.#settings = settings;
    this.#progress = progress;
    this.#store = store;
    this.#batchesPerUpdate = options.gradientAccumulationSteps ?? 1;
    this.#window = new GradientWindow(this.#batchesPerUpdate);
    this.#startedAtMs = this.#now();
    this.#lastCheckpoint = lastCheckpoint;
    if (lastCheckpoint !== undefined && store?.contains(lastCheckpoint)) this.#saved = this.#position();
  }

  /** Trains until there is a reason to stop. */
  async run(): Promise<TrainingResult> {
    const { epochs, model } = this.#options;
    try {
      let stoppedBy: StopReason | undefined = this.#patienceIsOver() ? 'patience' : undefined;
      while (stoppedBy === undefined && this.#progress.epoch < epochs) {
        stoppedBy = await this.#runEpoch();
      }
      return this.#result(stoppedBy ?? 'epochs');
    } finally {
      this.#window.clear();
      model.eval();
    }
  }

  async #runEpoch(): Promise<StopReason | undefined> {
    const { stepsPerEpoch, signal } = this.#options;
    const stop = this.#progress.batch < stepsPerEpoch ? await this.#trainEpoch() : undefined;
    // An evaluation may take long, and a resumed run can make up for it.
    const stoppedBy = stop ?? (signal?.aborted ? 'signal' : undefined);
    if (stoppedBy !== undefined) {
      await this.#checkpoint(false);
      return stoppedBy;
    }
    await this.#finishEpoch();
    return this.#patienceIsOver() ? 'patience' : undefined;
  }

  /** The updates of an epoch, or the rest of them. */
  async #trainEpoch(): Promise<StopReason | undefined> {
    const options = this.#options;
    const { model, stepsPerEpoch } = options;
    const progress = this.#progress;
    model.train();
    let count = 0;
    let sinceMs = this.#now();
    for await (const batch of options.trainBatches(progress.epoch)) {
      const stop = this.#reasonToStop();
      if (stop !== undefined) {
        // A window that is not full is forgotten: the same batches come again, with the same seeds.
        this.#window.clear();
        return stop;
      }
      if (count === stepsPerEpoch) throw this.#wrongEpochLength('more');
      count += 1;
      if (count <= progress.batch) continue;
      this.#addBatch(batch, count - 1);
      if (this.#window.batches.length === this.#batchesPerUpdate || count === stepsPerEpoch) {
        await this.#update(count);
        const nowMs = this.#now();
        progress.trainingMs += nowMs - sinceMs;
        sinceMs = nowMs;
      }
      await this.#breather.breathe();
    }
    if (count < stepsPerEpoch) throw this.#wrongEpochLength(String(count));
    return undefined;
  }

  #addBatch(batch: B, index: number): void {
    const options = this.#options;
    const size = options.batchSize(batch);
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`trainModel: batchSize must be a whole number from 1, got ${size}.`);
    }
    const context = { seed: deriveSeed(options.seed, 'batch', this.#progress.epoch, index) };
    const result = computeGradients(() => options.computeLoss(batch, context), this.#parameters);
    this.#window.add(result, { size, sampleIds: options.sampleIds(batch) });
  }

  async #update(batchesDone: number): Promise<void> {
    const { optimizer, schedule, maxGradNorm, onEvent } = this.#options;
    const progress = this.#progress;
    const numbers = await this.#window.read();
    this.#assertFinite(numbers);
    const { loss, gradNorm } = numbers;
    // The small number is that of PyTorch's clip_grad_norm_.
    const clipFactor = maxGradNorm === undefined ? 1 : Math.min(1, maxGradNorm / (gradNorm + 1e-6));
    const factor = schedule?.(progress.step) ?? 1;
    const { samples, gradients, meanFactor } = this.#window;
    optimizer.step(gradients, factor, { gradientScale: meanFactor * clipFactor });
    this.#window.clear();
    progress.batch = batchesDone;
    progress.step += 1;
    progress.samples += samples;
    progress.lossSum += loss * samples;
    const { step, epoch } = progress;
    const learningRate = optimizer.learningRate * factor;
    onEvent?.({ type: 'step', step, totalSteps: this.#totalSteps(), epoch, loss, learningRate, gradNorm, samples });
  }

  #assertFinite({ losses, gradNorm }: WindowNumbers): void {
    const { batches } = this.#window;
    const at = losses.findIndex((loss) => !Number.isFinite(loss));
    if (at === -1 && Number.isFinite(gradNorm)) return;
    throw new TrainingError({
      quantity: at === -1 ? 'gradient norm' : 'loss',
      value: losses[at] ?? gradNorm,
      step: this.#progress.step + 1,
      sampleIds: (at === -1 ? batches : batches.slice(at, at + 1)).flatMap(({ sampleIds }) => sampleIds),
      lastCheckpoint: this.#lastCheckpoint,
    });
  }

  async #finishEpoch(): Promise<void> {
    const { model, evaluate, epochs, onEvent, optimizer, schedule } = this.#options;
    const progress = this.#progress;
    const startedAtMs = this.#now();
    model.eval();
    const validation = (await evaluate?.()) ?? {};
    const isBest = this.#compareWithBest(validation);
    const record: EpochRecord = {
      epoch: progress.epoch,
      trainLoss: progress.lossSum / progress.samples,
      validation,
      learningRate: optimizer.learningRate * (schedule?.(progress.step - 1) ?? 1),
      seconds: (progress.trainingMs + this.#now() - startedAtMs) / 1000,
      samplesPerSecond: (progress.samples * 1000) / Math.max(progress.trainingMs, Number.EPSILON),
      isBest,
    };
    progress.history = [...progress.history, record];
    progress.epoch += 1;
    Object.assign(progress, { batch: 0, samples: 0, lossSum: 0, trainingMs: 0 });
    onEvent?.({ type: 'epoch', epochs, ...record });
    await this.#checkpoint(isBest);
  }

  #compareWithBest(validation: Readonly<Record<string, number>>): boolean {
    const { earlyStopping } = this.#options;
    if (!earlyStopping) return false;
    const { metric, mode } = earlyStopping;
    const value = validation[metric];
    if (value === undefined) {
      const names = Object.keys(validation).join(', ');
      throw new RangeError(`trainModel: earlyStopping.metric must be one of ${names || 'none'}, got "${metric}".`);
    }
    const progress = this.#progress;
    const { best, epoch, step } = progress;
    const isBetter = best === undefined || (mode === 'max' ? value > best.value : value < best.value);
    const isBest = Number.isFinite(value) && isBetter;
    if (isBest) progress.best = { epoch, value, step, checkpoint: undefined };
    progress.epochsSinceBest = isBest ? 0 : progress.epochsSinceBest + 1;
    return isBest;
  }

  /** Saves the run as it stands, unless that was done already. */
  async #checkpoint(isBest: boolean): Promise<void> {
    if (!this.#store || this.#saved === this.#position()) return;
    const progress = this.#progress;
    const { step } = progress;
    const path = await this.#store.pathFor(step);
    if (isBest && progress.best) progress.best = { ...progress.best, checkpoint: path };
    const state = {
      settings: this.#settings,
      progress,
      parameters: await readVariables(this.#parameters),
      optimizer: await this.#options.optimizer.state(),
    };
    await this.#store.save(path, await trainingStateFiles(state, path));
    this.#lastCheckpoint = path;
    this.#saved = this.#position();
    const pointers = { last: path, best: progress.best?.checkpoint };
    await this.#store.point(pointers);
    this.#options.onEvent?.({ type: 'checkpoint', path, step, isBest });
    await this.#store.rotate(step, pointers);
  }

  #result(stoppedBy: StopReason): TrainingResult {
    const { epoch, step, best, history } = this.#progress;
    const elapsedMs = this.#now() - this.#startedAtMs;
    return { stoppedBy, epochsDone: epoch, step, elapsedMs, best, lastCheckpoint: this.#lastCheckpoint, history };
  }

  #reasonToStop(): StopReason | undefined {
    const { signal, maxTimeMs = Infinity } = this.#options;
    if (signal?.aborted) return 'signal';
    return this.#now() - this.#startedAtMs >= maxTimeMs ? 'time' : undefined;
  }

  #patienceIsOver(): boolean {
    return this.#progress.epochsSinceBest >= (this.#options.earlyStopping?.patience ?? Infinity);
  }

  #totalSteps(): number {
    return Math.ceil(this.#options.stepsPerEpoch / this.#batchesPerUpdate) * this.#options.epochs;
  }

  #position(): string {
    return `${this.#progress.epoch}/${this.#progress.batch}`;
  }

  #now(): number {
    return this.#options.now?.() ?? performance.now();
  }

  #wrongEpochLength(received: string): RangeError {
    const { stepsPerEpoch } = this.#options;
    return new RangeError(
      `trainModel: trainBatches(${this.#progress.epoch}) must give stepsPerEpoch = ${stepsPerEpoch} batches, got ${received}.`,
    );
  }
}
