import { describe, expect, it } from 'vitest';
import type { BlockStack } from '../memory/BlockStack.js';
import { passRows } from './passRows.js';

const base = { blocks: 12, hiddenSize: 768, intermediateSize: 3072, numAttentionHeads: 12 };
const stackOf = (positions: number, sizes: Partial<BlockStack> = {}): BlockStack => ({
  ...base,
  positions,
  hasDropout: false,
  gradientCheckpointing: false,
  ...sizes,
});

describe('rows that are computed at once', () => {
  it.each([
    ['8 of 128 tokens in BERT-base', 64, 128, 8],
    ['fewer of long texts, where the weights of attention are widest', 64, 512, 1],
    ['all of short ones', 64, 16, 64],
    ['a divisor of all, where one is near', 64, 96, 8],
    ['what may be, where none is', 61, 96, 10],
    ['not more than there are', 3, 128, 3],
  ])('are %s', (_, rows, positions, expected) => {
    expect(passRows(rows, [stackOf(positions)])).toBe(expected);
  });

  it('are those of the larger encoder, and all where nobody knows how large they are', () => {
    expect(passRows(64, [stackOf(16), stackOf(128)])).toBe(8);
    expect(passRows(64, [undefined, stackOf(128)])).toBe(8);
    expect(passRows(64, [undefined, undefined])).toBe(64);
  });
});
