/** What a run tells while it works; the terminal, `run.log` and callers of `train()` listen to the same events. */
export type RunEvent =
  | { readonly type: 'message'; readonly level: 'info' | 'warning'; readonly text: string }
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
