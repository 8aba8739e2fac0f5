import { describe, expect, it } from 'vitest';
import type { StoredPrediction } from '../pipeline/predictionsFile.js';
import { reportConfusion } from './reportConfusion.js';

const row = (label: string | null, prediction: string, labels: readonly string[]): StoredPrediction => ({
  split: 'test',
  id: 'x',
  textSha256: '',
  label,
  prediction,
  probabilities: Object.fromEntries(labels.map((name) => [name, 0.5])),
});

describe('reportConfusion', () => {
  it("counts what was taken for what, in the order of the model's labels", () => {
    const labels = ['zebra', 'ant', 'never'];
    const { confusion, classes } = reportConfusion([
      row('zebra', 'zebra', labels),
      row('zebra', 'ant', labels),
      row('ant', 'ant', labels),
      row(null, 'ant', labels),
    ]);
    expect(confusion).toEqual({
      classes: ['zebra', 'ant'],
      counts: [
        [1, 1],
        [0, 1],
      ],
    });
    expect(classes).toEqual([
      { label: 'zebra', samples: 2, precision: 1, recall: 0.5, f1: 2 / 3 },
      { label: 'ant', samples: 1, precision: 0.5, recall: 1, f1: 2 / 3 },
    ]);
  });

  it('leaves undefined what has no samples', () => {
    const { classes } = reportConfusion([row('a', 'b', ['a', 'b'])]);
    expect(classes?.map(({ precision, recall }) => [precision, recall])).toEqual([
      [NaN, 0],
      [0, NaN],
    ]);
  });

  it('says nothing without known labels', () => {
    expect(reportConfusion([row(null, 'a', ['a'])])).toEqual({});
    expect(reportConfusion([])).toEqual({});
  });

  it('counts only labels that occur, of thousands, and leaves the table out beyond 300, saying so', () => {
    const labels = Array.from({ length: 5000 }, (_, i) => `label ${i}`);
    const rows = (count: number): StoredPrediction[] =>
      labels.slice(0, count).map((label) => ({ ...row(label, label, []), probabilities: { [label]: 1 } }));
    expect(reportConfusion(rows(300)).confusion?.classes.length).toBe(300);
    const { confusion, classes, omission } = reportConfusion(rows(301));
    expect(confusion).toBeUndefined();
    expect(classes?.length).toBe(301);
    expect(omission).toBe('301 labels occur: a table of which was taken for which is made for at most 300.');
  });
});
