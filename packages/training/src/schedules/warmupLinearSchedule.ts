import { warmupFactor, type Schedule, type ScheduleOptions } from './Schedule.js';

/**
 * Linear warmup from 0 to 1, then a straight line down to 0; equal to transformers' `get_linear_schedule_with_warmup`.
 *
 * @param options - lengths in steps
 * @throws RangeError when the lengths are not whole, negative, or the warmup is longer than everything
 */
export function warmupLinearSchedule(options: ScheduleOptions): Schedule {
  return warmupFactor('warmupLinearSchedule', options, (progress) => Math.max(0, 1 - progress));
}
