import { plot, type PlotOptions } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { displayText } from '../text/displayText.js';
import { serializeSvg } from './serializeSvg.js';

/** What a chart says to those who cannot see it. */
export interface ChartDescription {
  readonly title: string;
  readonly description: string;
}

/** Colours that differ for colour-blind people and in grey (Okabe and Ito 2008); readable on white and on black. */
export const chartColours = { first: '#0072b2', second: '#d55e00', third: '#009e73', muted: '#7f8690' } as const;

/**
 * Draws a chart as an SVG document: the same string for the same input, on every machine.
 *
 * Text and axes take the colour of the text around them.
 */
export function plotSvg(options: PlotOptions, { title, description }: ChartDescription): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const chart = plot({
    style: { fontSize: '13px', overflow: 'visible' },
    ...options,
    document,
    ariaLabel: displayText(title, 200),
    ariaDescription: displayText(description, 8000),
  });
  chart.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  chart.setAttribute('role', 'img');
  roundCoordinates(chart);
  return serializeSvg(chart);
}

const COORDINATES = ['x', 'x1', 'x2', 'y', 'y1', 'y2', 'cx', 'cy', 'r', 'width', 'height', 'd', 'transform'];

/** Two decimals are a hundredth of a pixel; the rest is only bytes. */
function roundCoordinates(chart: Element): void {
  for (const element of chart.querySelectorAll('*')) {
    for (const name of COORDINATES) {
      const value = element.getAttribute(name);
      if (!value?.includes('.')) continue;
      element.setAttribute(
        name,
        value.replace(/-?\d*\.\d{3,}(?:e-?\d+)?/g, (digits) => String(Number(Number(digits).toFixed(2)))),
      );
    }
  }
}
