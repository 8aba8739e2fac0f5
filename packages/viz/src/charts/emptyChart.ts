import { text } from '@observablehq/plot';
import { plotSvg } from './plotSvg.js';

/** A chart that says why there is nothing to draw. */
export function emptyChart(title: string, note: string, width: number): string {
  return plotSvg(
    {
      width,
      height: 80,
      marks: [text([note], { frameAnchor: 'middle', fill: 'currentColor', lineWidth: width / 14 })],
    },
    { title, description: note },
  );
}
