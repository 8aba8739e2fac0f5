/** A value after an epoch; absent or not finite leaves a gap. */
export interface CurvePoint {
  readonly epoch: number;
  readonly value: number | undefined;
}
