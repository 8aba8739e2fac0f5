/** Where and with what a run failed. */
export interface TrainingFailure {
  /** What was not finite. */
  readonly quantity: 'loss' | 'gradient norm';
  /** What it was instead: NaN or an infinity. */
  readonly value: number;
  /** The update that was not made; counts from 1. */
  readonly step: number;
  /** The samples it came from. */
  readonly sampleIds: readonly string[];
  /** Folder of the last checkpoint, if there is one. */
  readonly lastCheckpoint: string | undefined;
}

/** A loss or gradient is not finite. The weights are as they were before the step. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
  readonly quantity: 'loss' | 'gradient norm';
  readonly value: number;
  readonly step: number;
  readonly sampleIds: readonly string[];
  readonly lastCheckpoint: string | undefined;

  /** @param failure - where and with what */
  constructor({ quantity, value, step, sampleIds, lastCheckpoint }: TrainingFailure) {
    super(
      `trainModel: the ${quantity} of step ${step} must be finite, got ${value} from ${listed(sampleIds)}. ` +
        `Nothing was updated. ${lastCheckpoint === undefined ? 'No checkpoint was saved yet' : `The last checkpoint is ${lastCheckpoint}`}. ` +
        'Look at these samples, or lower the learning rate.',
    );
    this.quantity = quantity;
    this.value = value;
    this.step = step;
    this.sampleIds = sampleIds;
    this.lastCheckpoint = lastCheckpoint;
  }
}

function listed(ids: readonly string[]): string {
  // Ids come from files, and this goes to terminals.
  const shown = ids.slice(0, 10).map((id) => `"${id.replace(/\p{Cc}/gu, ' ').slice(0, 80)}"`);
  return `${ids.length} samples (${shown.join(', ')}${ids.length > 10 ? ', …' : ''})`;
}
