import { goldenValue, readGolden } from '@crossmodal/testing';
import { expect, it } from 'vitest';
import { constantSchedule } from './constantSchedule.js';
import { type Schedule } from './Schedule.js';
import { warmupCosineSchedule } from './warmupCosineSchedule.js';
import { warmupLinearSchedule } from './warmupLinearSchedule.js';

const golden = await readGolden(new URL('../../fixtures/training.json', import.meta.url));

it.each<[string, Schedule]>([
  ['linear', warmupLinearSchedule({ warmupSteps: 5, totalSteps: 20 })],
  ['linearWithoutWarmup', warmupLinearSchedule({ totalSteps: 20 })],
  ['cosine', warmupCosineSchedule({ warmupSteps: 5, totalSteps: 20 })],
  ['constant', constantSchedule({ warmupSteps: 5 })],
])('agrees with transformers, also past the end: %s', (name, schedule) => {
  const { values } = goldenValue(golden, `schedule/${name}`);
  values.forEach((expected, step) => {
    expect(schedule(step), `step ${step}`).toBeCloseTo(expected, 9);
  });
});

it('is the full rate at once where no warmup is asked for', () => {
  expect(constantSchedule()(0)).toBe(1);
  expect(constantSchedule()(1e6)).toBe(1);
  expect(warmupCosineSchedule({ totalSteps: 20 })(0)).toBe(1);
});

it('survives a run that is all warmup', () => {
  const schedule = warmupLinearSchedule({ warmupSteps: 3, totalSteps: 3 });
  expect([0, 1, 2, 3, 4].map(schedule)).toEqual([0, 1 / 3, 2 / 3, 1, 0]);
});

it('refuses lengths that cannot be', () => {
  expect(() => constantSchedule({ warmupSteps: 0.5 })).toThrow(
    'constantSchedule: warmupSteps must be a whole number from 0, got 0.5.',
  );
  expect(() => warmupCosineSchedule({ warmupSteps: -1, totalSteps: 3 })).toThrow(
    'warmupCosineSchedule: warmupSteps must be a whole number from 0, got -1.',
  );
  expect(() => warmupLinearSchedule({ warmupSteps: 5, totalSteps: 4 })).toThrow(
    'warmupLinearSchedule: totalSteps must be a whole number and at least warmupSteps 5, got 4.',
  );
  expect(() => warmupLinearSchedule({ totalSteps: NaN })).toThrow(RangeError);
});
