import { axisX, barX, text } from '@observablehq/plot';
import { emptyChart } from '../charts/emptyChart.js';
import { chartColours, plotSvg } from '../charts/plotSvg.js';
import { type AttendedWord } from './AttendedWord.js';
import { displayText } from './displayText.js';
import { fixed } from './formatNumber.js';

/** Options of {@link wordAttention}. */
export interface WordAttentionOptions {
  /** What the weights are, with their unit; default `Attention (share of 1)`. */
  readonly axis?: string;
  /** Most words drawn, the first ones; default 60. */
  readonly maxWords?: number;
  /** Pixels; default 460. */
  readonly width?: number;
}

/**
 * Draws the attention of each word as a bar, in the order of the text.
 *
 * Words whose weight is not finite are named without a bar.
 *
 * @returns an SVG document; a note in place of a chart when there are no words
 * @throws `RangeError` for a negative weight, or a `maxWords` that is no whole number from 1 to 1,000
 */
export function wordAttention(words: readonly AttendedWord[], options: WordAttentionOptions = {}): string {
  const { maxWords = 60, width = 460 } = options;
  const axis = displayText(options.axis ?? 'Attention (share of 1)', 60);
  if (!Number.isInteger(maxWords) || maxWords < 1 || maxWords > 1000) {
    throw new RangeError(`wordAttention: maxWords must be a whole number from 1 to 1000, got ${maxWords}.`);
  }
  const negative = words.find(({ weight }) => weight < 0);
  if (negative) throw new RangeError(`wordAttention: weights must be at least 0, got ${negative.weight}.`);
  const title = 'Attention of each word';
  if (words.length === 0) return emptyChart(title, `${title}: no words to draw.`, width);
  const bars = words.slice(0, maxWords).map((word, index) => ({
    index,
    name: displayText(word.text, 18),
    weight: Number.isFinite(word.weight) ? word.weight : NaN,
    figure: Number.isFinite(word.weight) ? fixed(word.weight, 3) : 'undefined',
  }));
  const largest = bars.reduce((max, { weight }) => (weight > max ? weight : max), 0);
  const left = words.length - bars.length;
  return plotSvg(
    {
      width,
      height: bars.length * 22 + 56,
      marginLeft: 150,
      marginRight: 64,
      marginTop: 8,
      marginBottom: 48,
      x: { domain: [0, largest || 1], label: null },
      y: { domain: bars.map(({ index }) => index), padding: 0.2, axis: null },
      marks: [
        axisX({
          ticks: 4,
          label: left > 0 ? `${axis}; ${left} more words` : axis,
          labelAnchor: 'center',
          labelArrow: 'none',
          labelOffset: 40,
          tickSize: 0,
        }),
        barX(
          bars.filter(({ weight }) => !Number.isNaN(weight)),
          { x: 'weight', y: 'index', fill: chartColours.first },
        ),
        text(bars, { x: 0, y: 'index', text: 'name', textAnchor: 'end', dx: -8 }),
        text(bars, {
          x: ({ weight }: { weight: number }) => weight || 0,
          y: 'index',
          text: 'figure',
          textAnchor: 'start',
          dx: 6,
        }),
      ],
    },
    { title, description: bars.map(({ name, figure }) => `${name}: ${figure}`).join('; ') },
  );
}
