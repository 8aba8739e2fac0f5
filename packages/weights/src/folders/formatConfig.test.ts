import { expect, it } from 'vitest';
import { formatConfig } from './formatConfig.js';

it('writes whole numbers with a point where a field holds fractions, and there only', () => {
  const content = {
    factor: 1,
    size: 64,
    range: 0.02,
    epsilon: 1e-12,
    below: -3,
    'odd "name"': 7,
    text: '  "factor": 1',
    inner: { factor: 1 },
    list: [1],
  };
  expect(formatConfig(content, ['factor', 'range', 'epsilon', 'below', 'odd "name"', 'text', 'missing'])).toBe(
    [
      '{',
      '  "factor": 1.0,',
      '  "size": 64,',
      '  "range": 0.02,',
      '  "epsilon": 1e-12,',
      '  "below": -3.0,',
      '  "odd \\"name\\"": 7.0,',
      '  "text": "  \\"factor\\": 1",',
      '  "inner": {',
      '    "factor": 1',
      '  },',
      '  "list": [',
      '    1',
      '  ]',
      '}',
      '',
    ].join('\n'),
  );
});

it('is JSON with the same values', () => {
  const content = { factor: 1, size: 64, last: 2 };
  expect(JSON.parse(formatConfig(content, ['factor', 'last']))).toEqual(content);
  expect(formatConfig({})).toBe('{}\n');
});
