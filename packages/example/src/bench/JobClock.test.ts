import { expect, it } from 'vitest';
import { JobClock } from './JobClock.js';

const message = (text: string) => ({ type: 'message', level: 'info', text }) as const;
const step = (done: number) => ({ type: 'progress', task: 'training', done, total: 3, unit: 'steps' }) as const;

it('takes the time of a job apart, so that the parts add up', () => {
  const clock = new JobClock(1000);
  clock.hear(message('run folder: runs/train-1'), 1100);
  clock.hear(message('backend wasm (CPU)'), 1500);
  clock.hear({ ...step(1), task: 'reading images' }, 2000);
  clock.hear(message('rows read 3 = used 3 + skipped 0'), 3500);
  clock.hear(step(1), 4000);
  clock.hear(step(2), 5000);
  clock.hear(message('trained for 2 s (epochs)'), 7000);
  expect(clock.finish(7250)).toEqual({ start: 0.5, data: 2, firstStep: 0.5, training: 3, finish: 0.25 });
});

it('says which end it was not told', () => {
  const clock = new JobClock(0);
  clock.hear(message('backend wasm (CPU)'), 1);
  clock.hear(step(1), 2);
  expect(() => clock.finish(3)).toThrow('the run must tell where its phase "data" ends, got nothing');
});
