import { describe, expect, it } from 'vitest';

import { DatasetError } from './DatasetError.js';
import { ImageError } from './ImageError.js';

describe('DatasetError', () => {
  it('says where in its message and in its fields', () => {
    const cause = new Error('why');
    const error = DatasetError.in('a.csv', 'expected this.', { line: 3, cause });
    expect(error).toMatchObject({
      name: 'DatasetError',
      message: 'a.csv: line 3: expected this.',
      path: 'a.csv',
      line: 3,
      cause,
    });
    expect(DatasetError.in('a.csv', 'expected that.')).toMatchObject({
      message: 'a.csv: expected that.',
      line: undefined,
    });
    expect(new DatasetError('nothing known')).toMatchObject({ path: undefined, line: undefined });
  });
});

describe('ImageError', () => {
  it('says which image and why', () => {
    const error = new ImageError('a.jpg', 'missing', 'no such file', { cause: 1 });
    expect(error).toMatchObject({
      name: 'ImageError',
      message: 'image a.jpg: missing: no such file.',
      path: 'a.jpg',
      reason: 'missing',
      cause: 1,
    });
  });
});
