import { type NumberUnit } from '../text/formatNumber.js';

/** A metric and the interval it may lie in. */
export interface MetricValue {
  /** Key such as `accuracy` or `f1`; known keys are named and explained in words. */
  readonly name: string;
  /** Not rounded; `NaN` where undefined. */
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  /** What it is called; default by `name`. */
  readonly label?: string;
  /** `percent` for shares of 1; default by `name`, else `number`. */
  readonly unit?: NumberUnit;
  /** One sentence in plain words; default by `name`. */
  readonly explanation?: string;
}
