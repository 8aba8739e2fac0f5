/** What is known about an epoch once it is over. */
export interface EpochRecord {
  /** Counts from 0. */
  readonly epoch: number;
  /** Mean loss over the samples, each as it was when it was trained on. */
  readonly trainLoss: number;
  /** What `evaluate` returned. */
  readonly validation: Readonly<Record<string, number>>;
  /** Of the last step. */
  readonly learningRate: number;
  /** Training and evaluation, without pauses between a stop and its resume. */
  readonly seconds: number;
  /** Of training alone. */
  readonly samplesPerSecond: number;
  /** Whether no earlier epoch was as good. */
  readonly isBest: boolean;
}
