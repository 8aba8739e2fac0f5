import { axisX, dot, link, ruleX, text } from '@observablehq/plot';
import { displayText } from '../text/displayText.js';
import {
  fixed,
  formatDifference,
  formatDifferenceInterval,
  formatInterval,
  formatValue,
  type NumberUnit,
} from '../text/formatNumber.js';
import { emptyChart } from './emptyChart.js';
import { chartColours, plotSvg } from './plotSvg.js';

/** A named value with the interval it may lie in. */
export interface IntervalRow {
  readonly name: string;
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly isMuted?: boolean | undefined;
}

/** A vertical line across all rows. */
export interface ReferenceLine {
  readonly label: string;
  readonly value: number;
}

/** Options of {@link intervalChart}. */
export interface IntervalChartOptions {
  readonly title: string;
  readonly axis: string;
  readonly unit: NumberUnit;
  readonly width: number;
  readonly references?: readonly ReferenceLine[];
  /** Values are differences, shown with their sign. */
  readonly isDifference?: boolean;
}

const MAX_ROWS = 40;
const MAX_LINES = 4;
const ROW_HEIGHT = 46;
const LINE_HEIGHT = 17;

/** One row per value: its name, its figures, a dot and a bar from low to high. */
export function intervalChart(rows: readonly IntervalRow[], options: IntervalChartOptions): string {
  const { title, axis, unit, width, isDifference = false } = options;
  const finite = rows.filter((row) => Number.isFinite(row.value));
  if (finite.length === 0) return emptyChart(title, `${title}: no finite value to draw.`, width);
  const say = (value: number): string => (isDifference ? formatDifference(value, unit) : formatValue(value, unit));
  const places = finite.slice(0, MAX_ROWS).map((row, index) => ({
    index,
    name: displayText(row.name, Math.floor(width / 14)),
    value: row.value,
    low: finiteOr(row.low, row.value),
    high: finiteOr(row.high, row.value),
    figures: `${say(row.value)}${inBrackets(row, isDifference ? formatDifferenceInterval : formatInterval, unit)}`,
    colour: row.isMuted === true ? chartColours.muted : chartColours.first,
  }));
  const values = places.flatMap(({ value, low, high }) => [value, low, high]);
  const references = (options.references ?? []).filter((line) => Number.isFinite(line.value)).slice(0, MAX_LINES);
  const marked = [...references.map(({ value }) => value), ...(isDifference ? [0] : [])];
  const [low, high] = padded([...values, ...marked]);
  const lines = references.map((line, index) => ({
    value: line.value,
    label: `${displayText(line.label, Math.floor(width / 16))} ${say(line.value)}`,
    above: (references.length - 1 - index) * LINE_HEIGHT,
    isRight: (line.value - low) / (high - low) > 0.5,
  }));
  const marginTop = 8 + LINE_HEIGHT * lines.length;
  const at = (shift: number) => (place: { index: number }) => place.index + shift;
  return plotSvg(
    {
      width,
      height: places.length * ROW_HEIGHT + marginTop + 46,
      marginLeft: 10,
      marginRight: 10,
      marginTop,
      marginBottom: 46,
      x: { domain: [low, high], label: null },
      y: { domain: [-0.5, places.length - 0.5], reverse: true, axis: null },
      marks: [
        link(places, {
          x1: low,
          x2: high,
          y1: at(0.2),
          y2: at(0.2),
          stroke: 'currentColor',
          strokeOpacity: 0.12,
        }),
        axisX({
          ticks: 5,
          label: axis,
          labelAnchor: 'center',
          labelArrow: 'none',
          labelOffset: 40,
          tickSize: 0,
          tickFormat: (value: number) => (isDifference ? signed(tick(value, unit)) : tick(value, unit)),
        }),
        // Short strokes in each row: a line from top to bottom would run through the names.
        strokes(isDifference ? [{ value: 0 }] : [], places.length, { strokeOpacity: 0.7 }),
        strokes(lines, places.length, { strokeOpacity: 0.7, strokeDasharray: '3 2' }),
        lines.map(({ above, isRight, ...line }) =>
          text([line], {
            x: 'value',
            text: 'label',
            frameAnchor: 'top',
            lineAnchor: 'bottom',
            textAnchor: isRight ? 'end' : 'start',
            dy: -4 - above,
          }),
        ),
        link(places, {
          x1: 'low',
          x2: 'high',
          y1: at(0.2),
          y2: at(0.2),
          stroke: 'colour',
          strokeWidth: 5,
          strokeOpacity: 0.4,
          strokeLinecap: 'round',
        }),
        dot(places, { x: 'value', y: at(0.2), fill: 'colour', r: 5 }),
        text(places, { frameAnchor: 'left', y: at(-0.2), text: 'name', fontWeight: 600 }),
        text(places, { frameAnchor: 'right', y: at(-0.2), text: 'figures' }),
      ],
    },
    { title, description: describe(places, lines, rows.length - places.length) },
  );
}

function strokes(
  lines: readonly { value: number }[],
  rows: number,
  style: { readonly strokeOpacity: number; readonly strokeDasharray?: string },
): ReturnType<typeof ruleX> {
  const each = lines.flatMap(({ value }) => Array.from({ length: rows }, (_, row) => ({ value, row })));
  const y = (shift: number) => (stroke: { row: number }) => stroke.row + shift;
  return ruleX(each, { x: 'value', y1: y(-0.02), y2: y(0.42), stroke: 'currentColor', ...style });
}

function describe(
  places: readonly { name: string; figures: string }[],
  lines: readonly { label: string }[],
  left: number,
): string {
  const sentences = [...places.map(({ name, figures }) => `${name}: ${figures}`), ...lines.map(({ label }) => label)];
  return [...sentences, ...(left > 0 ? [`${left} more not drawn`] : [])].join('; ');
}

function inBrackets({ low, high }: IntervalRow, format: typeof formatInterval, unit: NumberUnit): string {
  if (low === undefined || high === undefined || !Number.isFinite(low) || !Number.isFinite(high)) return '';
  return ` (${format(low, high, unit)})`;
}

function finiteOr(value: number | undefined, otherwise: number): number {
  return value !== undefined && Number.isFinite(value) ? value : otherwise;
}

/** A little room on both sides; some width even for a single value. */
function padded(values: readonly number[]): readonly [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = (high - low) * 0.06 || Math.max(Math.abs(high) * 0.05, 0.01);
  return [low - room, high + room];
}

function tick(value: number, unit: NumberUnit): string {
  const shown = unit === 'percent' ? value * 100 : value;
  const digits = fixed(shown, Math.abs(shown) < 10 && !Number.isInteger(Number(shown.toFixed(6))) ? 1 : 0);
  return unit === 'percent' ? `${digits}%` : String(Number(value.toPrecision(6))).replace('-', '−');
}

/** Points, not percent: `+5` or `−20`. */
function signed(label: string): string {
  const digits = label.replace('%', '');
  const isPositive = !digits.startsWith('−') && Number(digits) !== 0;
  return isPositive ? `+${digits}` : digits;
}
