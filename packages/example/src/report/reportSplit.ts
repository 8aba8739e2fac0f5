import type { SplitName } from '@crossmodal/dataset';
import type { RunFiles } from './readRunFiles.js';

/** Metrics of one kind of rows, such as `accuracy (text decides)`. */
export const GROUP_METRIC = /^accuracy \((.*)\)$/s;
/** Share of the rows whose strongest patch shows the mark that decides. */
export const POINTING_METRIC = 'strongest patch shows the decisive mark';

/** The split that a report is about: the test, or the validation where there is no test. */
export function splitOf({ metrics }: Pick<RunFiles, 'metrics'>): SplitName | undefined {
  return (['test', 'validation'] as const).find((name) => metrics[name]?.accuracy !== undefined);
}
