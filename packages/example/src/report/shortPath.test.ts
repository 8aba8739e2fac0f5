import { expect, it } from 'vitest';
import { shortPath } from './shortPath.js';

it.each([
  ['/home/ann/reviews.csv', '…/reviews.csv'],
  ['/home/ann/runs/', '…/runs'],
  ['C:\\Users\\Ann\\reviews.csv', '…/reviews.csv'],
  ['d:/data/reviews.csv', '…/reviews.csv'],
  ['\\\\server\\share\\reviews.csv', '…/reviews.csv'],
  ['data/reviews.csv', 'data/reviews.csv'],
  ['negative/positive', 'negative/positive'],
  ['/', '/'],
  ['', ''],
])('shows %j as %j', (path, expected) => {
  expect(shortPath(path)).toBe(expected);
});
