import { warmupFactor, type Schedule } from './Schedule.js';

/**
 * The full learning rate, after a linear warmup from 0 if one is asked for; equal to transformers'
 * `get_constant_schedule_with_warmup`.
 *
 * @param options - `warmupSteps`, default 0
 * @throws RangeError when the length is not whole or negative
 */
export function constantSchedule({ warmupSteps = 0 }: { readonly warmupSteps?: number | undefined } = {}): Schedule {
  return warmupFactor('constantSchedule', { warmupSteps, totalSteps: warmupSteps }, () => 1);
}
