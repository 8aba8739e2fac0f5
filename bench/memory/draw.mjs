/** Draws memory along the steps of a run: node bench/memory/draw.mjs runs/memory/NAME.csv FILE.png */
import { readFileSync } from 'node:fs';
import * as Plot from '@observablehq/plot';
import { parse } from 'csv-parse/sync';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';

const [from, to] = process.argv.slice(2);
if (!from || !to) throw new RangeError('draw.mjs: a CSV file of run.mjs and a PNG file to write are needed.');
const rows = parse(readFileSync(from), { columns: true, cast: true });
const { document } = parseHTML('<html><body></body></html>');
const panels = [
  { column: 'rss_mb', label: 'RSS in MB' },
  { column: 'tensors', label: 'tensors' },
];
const points = panels.flatMap(({ column, label }) =>
  rows.map((row) => ({ step: row.step, value: row[column], label })),
);
const chart = Plot.plot({
  document,
  width: 800,
  height: 420,
  marginLeft: 60,
  marginBottom: 45,
  marginRight: 110,
  style: { background: 'white', color: 'black', fontFamily: 'sans-serif', fontSize: '13px' },
  x: { label: 'step', labelAnchor: 'center', labelArrow: 'none' },
  y: { label: null, domain: [0, 1.1 * Math.max(...points.map(({ value }) => value))], grid: true },
  marks: [
    Plot.ruleY([0]),
    Plot.line(points, { x: 'step', y: 'value', z: 'label', strokeWidth: 2 }),
    Plot.text(
      points,
      Plot.selectLast({ x: 'step', y: 'value', z: 'label', text: 'label', textAnchor: 'start', dx: 6 }),
    ),
  ],
});
chart.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
await sharp(Buffer.from(chart.outerHTML), { density: 144 }).png().toFile(to);
