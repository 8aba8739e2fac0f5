import { describe, expect, it } from 'vitest';
import { hasControls, hostileTexts } from '../__fixtures__/hostileTexts.js';
import { rasterize } from '../__fixtures__/rasterize.js';
import { exampleReport } from '../__fixtures__/exampleReport.js';
import { wordAttention } from '../text/wordAttention.js';
import { type ComparedModel, comparisonChart } from './comparisonChart.js';
import { confusionMatrixChart } from './confusionMatrixChart.js';
import { differenceChart } from './differenceChart.js';
import { lossCurve } from './lossCurve.js';
import { metricCurve } from './metricCurve.js';
import { metricIntervals } from './metricIntervals.js';
import { trainingCurves } from './trainingCurves.js';

const report = await exampleReport();
const history = report.training?.history ?? [];
const models: readonly ComparedModel[] = report.comparison?.models ?? [];
const words = report.samples?.items[0]?.words ?? [];
const charts: Record<string, () => string> = {
  trainingCurves: () => trainingCurves(history, { bestEpoch: 3 }),
  confusionMatrix: () => confusionMatrixChart({ classes: ['a', 'b', 'c'], counts: [[8, 0, 2], [1, 9, 0], [0, 0, 0]] }), // prettier-ignore
  metricIntervals: () => metricIntervals(report.evaluation?.metrics ?? []),
  comparison: () => comparisonChart(models, { references: [{ label: 'Text alone', value: 0.712 }] }),
  difference: () => differenceChart(models),
  wordAttention: () => wordAttention(words),
};
/** The text elements of a chart, in order. */
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? '');

describe('every chart', () => {
  it.each(Object.keys(charts))('%s is the picture that was reviewed, each time', async (name) => {
    const svg = charts[name]!();
    expect(charts[name]!()).toBe(svg);
    await expect(`${svg}\n`).toMatchFileSnapshot(`./__snapshots__/${name}.svg`);
  });

  it.each(Object.keys(charts))('%s is a well-formed document with something drawn on it', async (name) => {
    const { data } = await rasterize(charts[name]!());
    expect(data.some((byte) => byte < 100)).toBe(true);
  });

  it.each(Object.keys(charts))('%s tells its content to those who cannot see it', (name) => {
    expect(charts[name]!()).toMatch(/<svg[^>]* role="img"/);
    expect(charts[name]!()).toMatch(/aria-label="[^"]+"/);
    expect(charts[name]!()).toMatch(/aria-description="[^"]*\d[^"]*"/);
  });

  it.each(hostileTexts)('treats %j as text wherever it stands', async (text) => {
    const named = models.map((model) => ({ ...model, name: text }));
    const drawn = [
      comparisonChart(named, { measure: text.slice(0, 40), references: [{ label: text, value: 0.8 }] }),
      differenceChart(named),
      confusionMatrixChart({ classes: [text, `2 ${text}`], counts: [[5, 1], [2, 6]] }), // prettier-ignore
      metricIntervals([{ name: 'accuracy', label: text, value: 0.5 }]),
      metricCurve([{ epoch: 1, metrics: { [text]: 0.5 } }], { metric: text, metricUnit: 'percent' }),
      wordAttention([{ text, weight: 0.5 }]),
    ];
    for (const svg of drawn) {
      await rasterize(svg);
      expect(svg).not.toMatch(/<(?:script|img|svg onload|!--)/);
      expect(svg.match(/<style/g)).toHaveLength(1);
      expect(hasControls(svg)).toBe(false);
      expect(svg.length).toBeLessThan(20_000);
    }
  });
});

describe('lossCurve and metricCurve', () => {
  it('leave out what is not finite and say so', async () => {
    const svg = lossCurve([
      { epoch: 1, trainLoss: 1, validationLoss: 2 },
      { epoch: 2, trainLoss: NaN, validationLoss: 1.5 },
      { epoch: 3, trainLoss: 0.5, validationLoss: Infinity },
    ]);
    expect(texts(svg)).toContain('2 values are not finite and not drawn.');
    expect(svg).not.toContain('NaN');
    await rasterize(svg);
  });

  it('say why when there is nothing to draw', () => {
    expect(texts(lossCurve([]))).toEqual(['Loss: nothing to draw.']);
    expect(texts(lossCurve([{ epoch: 1, trainLoss: NaN }])).join(' ')).toBe(
      'Loss: nothing to draw. 1 value is not finite and not drawn.',
    );
    expect(texts(metricCurve([{ epoch: 1 }]))).toEqual(['metric: nothing to draw.']);
  });

  it('draw a single epoch', async () => {
    const svg = metricCurve([{ epoch: 1, metrics: { accuracy: 0.5 } }]);
    expect(texts(svg)).toEqual(expect.arrayContaining(['1', '50%', 'Accuracy in percent']));
    await rasterize(svg);
  });

  it('mark whole epochs only, and the one that was kept', () => {
    const svg = lossCurve(history, { bestEpoch: 2 });
    expect(texts(svg)).toEqual(expect.arrayContaining(['1', '2', '3', 'Epoch', 'kept: 2']));
    expect(texts(svg)).not.toContain('1.5');
  });

  it('thin a million points, keeping the spike and bounding the size', () => {
    const long = Array.from({ length: 1_000_000 }, (_, i) => ({
      epoch: i + 1,
      trainLoss: i === 654_321 ? 50 : 1 / (i + 1),
    }));
    const svg = lossCurve(long);
    expect(svg.length).toBeLessThan(30_000);
    expect(texts(svg)).toContain('50');
    expect(svg).toMatch(/L[\d.]+,54(?:\.0\d*)?L/); // the spike reaches the top of the frame
  });

  it('do not take a metric from the prototype', () => {
    expect(texts(metricCurve([{ epoch: 1, metrics: {} }], { metric: 'constructor' }))).toEqual([
      'constructor: nothing to draw.',
    ]);
  });
});

describe('confusionMatrixChart', () => {
  it('shows each count with its share of the row', () => {
    const svg = confusionMatrixChart({ classes: ['no', 'yes'], counts: [[6, 2], [0, 3]] }); // prettier-ignore
    expect(texts(svg)).toEqual(expect.arrayContaining(['6', '75.0%', '2', '25.0%', '0', '3', '100.0%', 'True label']));
    expect(svg).toContain('9 of 11 on the diagonal; no taken for yes: 2');
  });

  it('colours by the share of the row: blue on the diagonal, orange beside it', async () => {
    const svg = confusionMatrixChart({ classes: ['no', 'yes'], counts: [[90, 10], [5, 5]] }); // prettier-ignore
    const { rgb, width } = await rasterize(svg);
    const at = (column: number, row: number) => rgb(Math.round(width * (column ? 0.68 : 0.28)), row ? 185 : 75);
    const [topLeft, topRight, bottomLeft, bottomRight] = [at(0, 0), at(1, 0), at(0, 1), at(1, 1)];
    expect(topLeft[2]).toBeGreaterThan(topLeft[0]! + 60);
    expect(topRight[0]).toBeGreaterThan(topRight[2]!);
    expect(bottomLeft[0]).toBeGreaterThan(bottomLeft[2]! + 40);
    expect(bottomRight[2]).toBeGreaterThan(bottomRight[0]!);
    expect(topLeft[0]).toBeLessThan(bottomRight[0]!);
    expect(bottomLeft[2]).toBeLessThan(topRight[2]!);
  });

  it('folds 500 classes into the most confused and the rest, losing no sample', async () => {
    const size = 500;
    const counts = Array.from({ length: size }, (_, i) =>
      Array.from({ length: size }, (_, j): number => (i === j ? 2 : j === (i + 1) % size ? 1 : 0)),
    );
    counts[17]![333] = 40;
    counts[400]![3] = 30;
    const classes = Array.from({ length: size }, (_, i) => `${i} ${'long '.repeat(200)}`);
    const svg = confusionMatrixChart({ classes, counts });
    expect(svg.length).toBeLessThan(60_000);
    const shown = texts(svg);
    for (const label of ['3 long', '17 long', '333 long', '400 long', '489 others', '40', '30']) {
      expect(
        shown.some((text) => text.startsWith(label)),
        label,
      ).toBe(true);
    }
    const total = shown
      .filter((text) => /^[\d,]+$/.test(text))
      .reduce((sum, text) => sum + Number(text.replace(',', '')), 0);
    expect(total).toBe(1570); // 1000 right, 70 in the two large confusions, 500 small ones
    await rasterize(svg);
  });

  it('never calls a small share nothing', () => {
    const svg = confusionMatrixChart({ classes: ['no', 'yes'], counts: [[99999, 1], [0, 1]] }); // prettier-ignore
    expect(texts(svg)).toContain('&lt;0.1%');
  });

  it('says so when there are no samples', () => {
    expect(texts(confusionMatrixChart({ classes: [], counts: [] }))).toEqual([
      'Confusion matrix: no samples to count.',
    ]);
    expect(texts(confusionMatrixChart({ classes: ['a'], counts: [[0]] }))).toHaveLength(1);
    expect(texts(confusionMatrixChart({ classes: ['a'], counts: [[3]] }))).toContain('100.0%');
  });

  it.each([
    [{ classes: ['a'], counts: [[1, 2]] }, 'counts must be 1 rows of 1 for as many classes, got 1 rows of 2.'],
    [{ classes: ['a', 'b'], counts: [] }, 'got 0 rows of none.'],
    [{ classes: ['a'], counts: [[-1]] }, 'counts must be finite and at least 0, got -1.'],
    [{ classes: ['a'], counts: [[NaN]] }, 'counts must be finite and at least 0, got NaN.'],
  ])('refuses %j', (matrix, message) => {
    expect(() => confusionMatrixChart(matrix)).toThrow(message);
  });

  it.each([1, 2.5, 31, NaN])('refuses %d as the most classes', (maxClasses) => {
    expect(() => confusionMatrixChart({ classes: ['a'], counts: [[1]] }, { maxClasses })).toThrow(
      `confusionMatrixChart: maxClasses must be a whole number from 2 to 30, got ${maxClasses}.`,
    );
  });
});

describe('charts of intervals', () => {
  it('show each value with its interval, and leave other units to other places', () => {
    const shown = texts(charts.metricIntervals!());
    expect(shown).toEqual(expect.arrayContaining(['Accuracy', '92.4% (90.7–94.0%)', 'Percent (95% intervals)']));
    expect(shown.join()).not.toContain('Log loss');
  });

  it('draw the bar from low to high and the dot at the value', () => {
    const svg = metricIntervals([{ name: 'accuracy', value: 0.5, low: 0.4, high: 0.8 }]);
    const [, from = NaN, to = NaN] =
      /aria-label="link"><path stroke="#0072b2"[^>]*d="M([\d.]+),[\d.]+L([\d.]+)/.exec(svg)?.map(Number) ?? [];
    const dot = Number(/<circle[^>]*cx="([\d.]+)"/.exec(svg)?.[1]);
    expect((dot - from) / (to - from)).toBeCloseTo(0.25, 3);
  });

  it('show differences in points with their sign', () => {
    const shown = texts(charts.difference!());
    expect(shown).toEqual(
      expect.arrayContaining(['+5.1 points (+3.1 to +7.1)', '+0.3 points (−1.0 to +1.6)', '0', '+6']),
    );
    expect(shown).not.toContain('concatenation');
  });

  it('grey all models but the one the report is about', () => {
    expect(comparisonChart(models).match(/<circle[^>]*fill="#0072b2"/g)).toHaveLength(1);
    expect(comparisonChart(models.slice(1)).match(/<circle[^>]*fill="#0072b2"/g)).toHaveLength(2);
  });

  it('leave out what is not finite, and bound the number of rows', () => {
    const many = Array.from({ length: 500 }, (_, i) => ({
      name: `model ${i}`,
      value: i === 3 ? NaN : i / 500,
      low: NaN,
      high: NaN,
    }));
    const svg = comparisonChart(many);
    expect(texts(svg)).not.toContain('model 3');
    expect(svg).not.toContain('NaN');
    expect(svg).toContain('460 more not drawn');
    expect(svg.length).toBeLessThan(60_000);
    expect(texts(comparisonChart([]))).toEqual(['Accuracy of each model: no finite value to draw.']);
    expect(texts(differenceChart(models.slice(1, 2))).join(' ')).toContain('no finite value to draw');
  });

  it.each([-0.2, 0.2])(
    'keeps the line at no difference inside the picture when every difference is near %d',
    (value) => {
      const difference = { value, low: value - 0.02, high: value + 0.02 };
      const svg = differenceChart([{ name: 'a', value: 0.5, difference }], { width: 460 });
      const places = [...svg.matchAll(/<line [^>]*x2="([-\d.]+)" x1="\1"\/>/g)].map(([, place]) => Number(place));
      expect(places).toHaveLength(1);
      for (const place of places) expect(place > 10 && place < 450).toBe(true);
    },
  );
});

describe('wordAttention', () => {
  it('draws bars in proportion, and names a word whose weight is unknown', () => {
    const svg = wordAttention(words);
    const widths = [...svg.matchAll(/<rect[^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
    expect(widths).toHaveLength(2);
    expect(widths[0]! / widths[1]!).toBeCloseTo(1 / 6, 2);
    expect(texts(svg)).toEqual(expect.arrayContaining(['The', 'handle', '!', '0.600', 'undefined']));
  });

  it('shows the first words of a long text and counts the others', () => {
    const long = Array.from({ length: 10_000 }, (_, i) => ({ text: `word${i}`, weight: 1 }));
    const svg = wordAttention(long);
    expect(texts(svg)).toContain('Attention (share of 1); 9940 more words');
    expect(svg.length).toBeLessThan(40_000);
    expect(texts(wordAttention([]))).toEqual(['Attention of each word: no words to draw.']);
  });

  it('refuses weights and limits out of range', () => {
    expect(() => wordAttention([{ text: 'a', weight: -0.5 }])).toThrow(
      'wordAttention: weights must be at least 0, got -0.5.',
    );
    expect(() => wordAttention([], { maxWords: 0 })).toThrow('maxWords must be a whole number from 1 to 1000, got 0.');
  });
});
