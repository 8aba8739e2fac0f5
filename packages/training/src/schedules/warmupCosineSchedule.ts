import { warmupFactor, type Schedule, type ScheduleOptions } from './Schedule.js';

/**
 * Linear warmup from 0 to 1, then half a cosine down to 0; equal to transformers' `get_cosine_schedule_with_warmup`.
 *
 * Loshchilov and Hutter 2017, equation 5, https://arxiv.org/abs/1608.03983
 *
 * @param options - lengths in steps
 * @throws RangeError when the lengths are not whole, negative, or the warmup is longer than everything
 */
export function warmupCosineSchedule(options: ScheduleOptions): Schedule {
  return warmupFactor('warmupCosineSchedule', options, (progress) =>
    Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress))),
  );
}
