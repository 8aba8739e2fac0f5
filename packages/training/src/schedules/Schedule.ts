/** The factor of the learning rate at a step; the first step is 0. */
export type Schedule = (step: number) => number;

/** Lengths of a schedule. */
export interface ScheduleOptions {
  /** Steps of linear warmup; default 0. The first of them has factor 0. */
  readonly warmupSteps?: number | undefined;
  /** All steps of the run, warmup included. */
  readonly totalSteps: number;
}

/** Checks the lengths and puts a warmup before a decay, which is a function of progress after it: 0 to 1 and beyond. */
export function warmupFactor(
  where: string,
  { warmupSteps = 0, totalSteps }: ScheduleOptions,
  decay: (progress: number) => number,
): Schedule {
  if (!Number.isInteger(warmupSteps) || warmupSteps < 0) {
    throw new RangeError(`${where}: warmupSteps must be a whole number from 0, got ${warmupSteps}.`);
  }
  if (!Number.isInteger(totalSteps) || totalSteps < warmupSteps) {
    throw new RangeError(
      `${where}: totalSteps must be a whole number and at least warmupSteps ${warmupSteps}, got ${totalSteps}.`,
    );
  }
  return (step) =>
    step < warmupSteps ? step / warmupSteps : decay((step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
}
