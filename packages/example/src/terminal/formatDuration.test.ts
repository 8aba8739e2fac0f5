import { expect, it } from 'vitest';
import { formatDuration } from './formatDuration.js';

it('says durations as people do', () => {
  const texts = [-5, 40, 9_949, 12_400, 65_000, 185_000, 3_600_000, 7_620_000].map(formatDuration);
  expect(texts).toEqual(['0.0 s', '0.0 s', '9.9 s', '12 s', '1 min 05 s', '3 min 05 s', '1 h 00 min', '2 h 07 min']);
});
