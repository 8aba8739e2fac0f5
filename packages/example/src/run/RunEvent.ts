/**
 * Parts of a run, in their order: `start` until the backend runs; `data` until every row was read and every image decoded; `model` until the vocabulary
 * and the weights are there; `encode` until frozen encoders have seen all samples; `train` until the last epoch is validated and saved; `finish` until
 * the report is written.
 */
export type RunPhase = 'start' | 'data' | 'model' | 'encode' | 'train' | 'finish';

/** What a run tells while it works; the terminal, `run.log` and callers of `train()` listen to the same events. */
export type RunEvent =
  | { readonly type: 'message'; readonly level: 'info' | 'warning'; readonly text: string }
  /** A part of the run begins. One that is stopped, or only tried, does not come to the later ones. */
  | { readonly type: 'phase'; readonly phase: RunPhase }
  | {
      readonly type: 'progress';
      /** Stable name of the activity, such as `reading images`. */
      readonly task: string;
      readonly done: number;
      readonly total: number;
      /** What is counted, such as `images`. */
      readonly unit: string;
      /** Numbers to show beside the bar, such as the loss. */
      readonly detail?: string;
    }
  | {
      readonly type: 'epoch';
      readonly epoch: number;
      readonly epochs: number;
      readonly trainLoss: number;
      readonly validation: Readonly<Record<string, number>>;
      readonly learningRate: number;
      readonly seconds: number;
      readonly samplesPerSecond: number;
      readonly isBest: boolean;
    };

/** Listens to a run. */
export type OnRunEvent = (event: RunEvent) => void;
