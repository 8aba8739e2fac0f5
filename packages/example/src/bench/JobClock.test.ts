import { expect, it } from 'vitest';
import type { RunPhase } from '../run/RunEvent.js';
import { JobClock } from './JobClock.js';

const begin = (phase: RunPhase) => ({ type: 'phase', phase }) as const;
const step = (done: number) => ({ type: 'progress', task: 'training', done, total: 3, unit: 'steps' }) as const;

it('takes the time of a job apart, so that the parts add up', () => {
  const clock = new JobClock(1000);
  clock.hear(begin('start'), 1100);
  clock.hear(begin('data'), 1500);
  clock.hear({ ...step(1), task: 'reading images' }, 2000);
  clock.hear(begin('model'), 3500);
  clock.hear(begin('encode'), 3600);
  clock.hear(begin('train'), 3700);
  clock.hear(step(1), 4000);
  clock.hear(step(2), 5000);
  clock.hear(begin('finish'), 7000);
  expect(clock.finish(7250)).toEqual({ start: 0.5, data: 2, firstStep: 0.5, training: 3, finish: 0.25 });
});

it('says which end it was not told', () => {
  const clock = new JobClock(0);
  clock.hear(begin('data'), 1);
  clock.hear(step(1), 2);
  expect(() => clock.finish(3)).toThrow('the run must tell where its phase "data" ends, got nothing');
});
