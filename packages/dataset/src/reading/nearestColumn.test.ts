import { describe, expect, it } from 'vitest';

import { checkColumns } from './checkColumns.js';
import { nearestColumn } from './nearestColumn.js';

describe('nearestColumn', () => {
  it.each([
    ['text', ['id', 'Text'], 'Text'],
    ['image_path', ['ImagePath', 'image'], 'ImagePath'],
    ['text', ['review', 'label'], 'review'],
    ['label', ['text', 'sentiment'], 'sentiment'],
    ['label', ['lable', 'title'], 'lable'],
    ['text', ['id', 'price'], undefined],
    ['text', [], undefined],
    ['label', ['', '!!'], undefined],
  ])('for %s among %j it is %s', (name, found, nearest) => {
    expect(nearestColumn(name, found)).toBe(nearest);
  });
});

describe('checkColumns', () => {
  it('accepts columns that are there, and null and undefined as unwanted', () => {
    expect(() =>
      checkColumns('a.csv', { textColumn: 'text', imageColumn: null, idColumn: undefined }, ['text']),
    ).not.toThrow();
  });

  it('lists what is missing, what was probably meant and what is there', () => {
    expect(() => checkColumns('a.csv', { textColumn: 'text', labelColumn: 'label' }, ['review', 'price'])).toThrow(
      'a.csv: expected the columns "text" (textColumn; did you mean "review"?), "label" (labelColumn), ' +
        'found "review", "price". Name the columns of your file.',
    );
  });

  it('shortens long names and long lists', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => `column ${i} ${'x'.repeat(100)}`);
    let message = '';
    try {
      checkColumns('a.csv', { textColumn: 'text' }, many);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('and 99980 more');
    expect(message.length).toBeLessThan(3000);
  });
});
