import { expect, it } from 'vitest';
import { LivePeak } from './LivePeak.js';

it('counts a value from the operation that makes it to the last that uses it', () => {
  const live = new LivePeak();
  live.advance();
  const first = live.begin(100);
  live.advance();
  live.use(first);
  const second = live.begin(10);
  expect(live.bytes).toBe(110);
  live.advance();
  live.begin(40);
  // The first is gone, the second was not used since.
  expect(live.bytes).toBe(110);
  live.use(second);
  live.advance();
  live.begin(105);
  expect(live.bytes).toBe(110);
  live.use(second);
  expect(live.bytes).toBe(115);
  live.use(first);
  expect(live.bytes).toBe(215);
});

it('is 0 of nothing', () => {
  expect(new LivePeak().bytes).toBe(0);
});
