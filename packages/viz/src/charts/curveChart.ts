import { axisX, axisY, dot, gridY, lineY, ruleX, text } from '@observablehq/plot';
import { displayText } from '../text/displayText.js';
import { fixed, formatValue, type NumberUnit } from '../text/formatNumber.js';
import { emptyChart } from './emptyChart.js';
import { chartColours, plotSvg } from './plotSvg.js';
import { thinCurve } from './thinCurve.js';
import { type CurvePoint } from './CurvePoint.js';

/** A named line. */
export interface Curve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
}

/** Options of {@link curveChart}. */
export interface CurveChartOptions {
  readonly title: string;
  readonly axis: string;
  readonly unit: NumberUnit;
  readonly bestEpoch?: number;
  readonly width?: number;
}

const HEIGHT = 300;
const MAX_POINTS = 400;
/** Solid and dashed, so that the lines differ in grey too. */
const STYLES = [
  { stroke: chartColours.second, strokeDasharray: '5 3', symbol: 'square' },
  { stroke: chartColours.first, strokeDasharray: '', symbol: 'circle' },
] as const;

/** Lines over epochs; the last curve is the solid one. */
export function curveChart(curves: readonly Curve[], options: CurveChartOptions): string {
  const { title, axis, unit, bestEpoch, width = 460 } = options;
  const given = curves.filter((curve) => curve.points.some((point) => point.value !== undefined));
  const drawn = given.filter((curve) => curve.points.some(isDrawable));
  const missing = given.reduce((sum, { points }) => sum + points.filter((p) => isGiven(p) && !isDrawable(p)).length, 0);
  const gap = missing > 0 ? `${missing} ${missing === 1 ? 'value is' : 'values are'} not finite and not drawn.` : '';
  if (drawn.length === 0) return emptyChart(title, `${title}: nothing to draw. ${gap}`.trim(), width);
  const points = drawn.flatMap((curve) => curve.points.filter(isDrawable));
  const epochs = points.map(({ epoch }) => epoch);
  const last = STYLES.length - curves.length;
  const lines = drawn.map((curve) => {
    const style = STYLES[last + curves.indexOf(curve)] ?? STYLES[1];
    return { ...curve, style, thinned: thinCurve(curve.points, MAX_POINTS) };
  });
  return plotSvg(
    {
      width,
      height: HEIGHT,
      marginTop: 54,
      marginLeft: 52,
      marginRight: 20,
      marginBottom: gap ? 68 : 46,
      x: { domain: extent(epochs, 0.5), label: null },
      y: {
        domain: extent(
          points.map(({ value }) => value),
          0.01,
        ),
        nice: true,
        label: null,
      },
      marks: [
        gridY({ ticks: 5 }),
        axisX(epochTicks(epochs), {
          label: 'Epoch',
          labelAnchor: 'center',
          labelArrow: 'none',
          labelOffset: 40,
          tickSize: 0,
          tickFormat: (epoch: number) => String(epoch),
        }),
        axisY({ ticks: 5, label: null, tickSize: 0, tickFormat: (value: number) => tick(value, unit) }),
        text([axis], { frameAnchor: 'top-left', dx: -44, dy: -50, fontWeight: 600 }),
        gap ? text([gap], { frameAnchor: 'bottom', dy: 62 }) : null,
        legend(lines),
        bestEpoch !== undefined && epochs.includes(bestEpoch) ? bestMark(bestEpoch) : null,
        lines.map(({ thinned, style }) => [
          lineY(thinned, {
            x: 'epoch',
            y: 'value',
            stroke: style.stroke,
            strokeWidth: 2.5,
            ...(style.strokeDasharray && { strokeDasharray: style.strokeDasharray }),
          }),
          thinned.length <= 40
            ? dot(thinned.filter(isDrawable), {
                x: 'epoch',
                y: 'value',
                fill: style.stroke,
                symbol: style.symbol,
                r: 3.5,
              })
            : null,
        ]),
      ],
    },
    { title: `${title} after each epoch`, description: describe(drawn, unit, gap) },
  );
}

type Line = Curve & { readonly style: (typeof STYLES)[number] };

/** Symbol and name of each line, above the chart. */
function legend(lines: readonly Line[]): ReturnType<typeof text>[] {
  return lines.map(({ name, style }, index) =>
    text([`${style.symbol === 'circle' ? '●' : '■'} ${name}`], {
      frameAnchor: 'top-left',
      dx: -44 + index * 96,
      dy: -29,
      fill: style.stroke,
      fontWeight: 600,
    }),
  );
}

function bestMark(epoch: number): (ReturnType<typeof ruleX> | ReturnType<typeof text>)[] {
  return [
    ruleX([epoch], { stroke: 'currentColor', strokeOpacity: 0.5, strokeDasharray: '2 3' }),
    text([epoch], {
      x: (d: number) => d,
      text: () => `kept: ${epoch}`,
      frameAnchor: 'top',
      dy: -8,
      textAnchor: 'middle',
    }),
  ];
}

function isGiven(point: CurvePoint): boolean {
  return point.value !== undefined;
}

function isDrawable(point: CurvePoint): point is { epoch: number; value: number } {
  return Number.isFinite(point.value) && Number.isFinite(point.epoch);
}

function extent(values: readonly number[], room: number): [number, number] {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return low === high ? [low - room, high + room] : [low, high];
}

/** At most nine whole epochs. */
function epochTicks(epochs: readonly number[]): number[] {
  const [low, high] = [Math.ceil(extent(epochs, 0)[0]), Math.floor(extent(epochs, 0)[1])];
  const rough = Math.max(1, (high - low) / 8);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const first = Math.ceil(low / step) * step;
  const ticks = Array.from({ length: Math.floor((high - first) / step) + 1 }, (_, i) => first + i * step);
  return low === 1 && ticks[0] !== 1 ? [1, ...ticks] : ticks;
}

function tick(value: number, unit: NumberUnit): string {
  return unit === 'percent'
    ? `${fixed(value * 100, Number.isInteger(Number((value * 100).toFixed(6))) ? 0 : 1)}%`
    : String(Number(value.toPrecision(4))).replace('-', '−');
}

function describe(curves: readonly Curve[], unit: NumberUnit, gap: string): string {
  const sentences = curves.map((curve) => {
    const points = curve.points.filter(isDrawable);
    const [first, last] = [points[0], points.at(-1)];
    const say = (value: number | undefined): string => formatValue(value ?? NaN, unit);
    return (
      `${displayText(curve.name, 40)}: ${say(first?.value)} after epoch ${String(first?.epoch)}, ` +
      `${say(last?.value)} after epoch ${String(last?.epoch)}`
    );
  });
  return [...sentences, ...(gap ? [gap] : [])].join('; ');
}
