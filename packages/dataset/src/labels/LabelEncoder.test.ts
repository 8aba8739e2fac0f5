import { describe, expect, it } from 'vitest';

import { readFixture } from '../__fixtures__/readFixture.js';
import { classWeights } from './classWeights.js';
import { LabelEncoder } from './LabelEncoder.js';

interface GoldenLabels {
  readonly labels: readonly string[];
  readonly classes: readonly string[];
  readonly ids: readonly number[];
  readonly weights: readonly number[];
}

const golden = readFixture('labels.json') as readonly GoldenLabels[]; // written by generate.py

describe('LabelEncoder', () => {
  it.each(golden)('orders and numbers $labels as scikit-learn 1.9.1 does', ({ labels, classes, ids }) => {
    const encoder = LabelEncoder.fit(labels);
    expect(encoder.labels).toEqual(classes);
    expect(labels.map((label) => encoder.encode(label))).toEqual(ids);
  });

  it('gives the same order whatever the order of the rows', () => {
    const labels = ['b', '😀', 'a', '\uffff', 'ä', 'B'];
    expect(LabelEncoder.fit([...labels].reverse()).labels).toEqual(LabelEncoder.fit(labels).labels);
  });

  it('is undone by decode', () => {
    const encoder = LabelEncoder.fit(['no', 'yes', 'maybe']);
    expect(['yes', 'no', 'maybe'].map((label) => encoder.decode(encoder.encode(label)))).toEqual([
      'yes',
      'no',
      'maybe',
    ]);
  });

  it('orders plain whole numbers by value, and other spellings as text', () => {
    expect(LabelEncoder.fit(['10', '9', '-1', '0']).labels).toEqual(['-1', '0', '9', '10']);
    expect(LabelEncoder.fit(['10', '9', '01']).labels).toEqual(['01', '10', '9']);
  });

  it('comes back from what a config holds', () => {
    const encoder = LabelEncoder.fit(['b', 'a', '__proto__']);
    const stored = JSON.parse(JSON.stringify({ id2label: encoder.id2label })) as { id2label: Record<number, string> };
    expect(stored).toEqual({ id2label: { 0: '__proto__', 1: 'a', 2: 'b' } });
    const restored = LabelEncoder.fromJSON(stored);
    expect(restored.labels).toEqual(encoder.labels);
    expect(restored.encode('__proto__')).toBe(0);
  });

  it('names an unknown label and the known ones', () => {
    const encoder = LabelEncoder.fit(['yes', 'no']);
    expect(() => encoder.encode('Yes')).toThrow('LabelEncoder: unknown label "Yes". Known: no, yes.');
    expect(() => encoder.encode('constructor')).toThrow('unknown label');
  });

  it.each([-1, 2, 0.5, NaN])('refuses to decode %s', (id) => {
    expect(() => LabelEncoder.fit(['yes', 'no']).decode(id)).toThrow(
      new RangeError(`LabelEncoder: id must be 0 to 1, got ${id}.`),
    );
  });

  it('refuses a table with a gap', () => {
    expect(() => LabelEncoder.fromJSON({ id2label: { 0: 'a', 2: 'b' } })).toThrow(
      'LabelEncoder: id2label must number the labels 0 to 1, got 0, 2.',
    );
  });

  it('refuses a table that gives two numbers to one label', () => {
    expect(() => LabelEncoder.fromJSON({ id2label: { 0: 'a', 1: 'a' } })).toThrow(
      'LabelEncoder: id2label must name each label once, got "a" twice.',
    );
  });
});

describe('classWeights', () => {
  it.each(golden)('weighs $labels as scikit-learn 1.9.1 does', ({ ids, weights }) => {
    const own = classWeights(ids);
    expect(own).toHaveLength(weights.length);
    own.forEach((weight, i) => expect(weight).toBeCloseTo(weights[i]!, 12));
  });

  it('gives 0 to a class without samples', () => {
    expect(classWeights([0, 0, 2], 4)).toEqual([0.75, 0, 1.5, 0]);
  });

  it('gives nothing for nothing', () => {
    expect(classWeights([])).toEqual([]);
    expect(classWeights([], 2)).toEqual([0, 0]);
  });

  it.each([-1, 2, 0.5])('refuses label %s of two', (label) => {
    expect(() => classWeights([label], 2)).toThrow(
      new RangeError(`classWeights: labels must be 0 to 1, got ${label}.`),
    );
  });

  it('takes a million labels', () => {
    expect(classWeights(new Array<number>(1_000_000).fill(0))).toEqual([1]);
  });
});
