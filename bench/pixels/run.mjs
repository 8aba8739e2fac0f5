/**
 * Compares the preprocessing of pictures with Pillow and NumPy: from decoded pixels with one thread, and from JPEG files with two.
 * Both sides take turns, so that whatever else the machine does meets both; printed are medians.
 *
 * Usage: node bench/pixels/run.mjs [python] [rounds]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { bundleScript } from '../lib/bundleScript.mjs';
import { describeMachine } from '../lib/describeMachine.mjs';
import { printTable } from '../lib/printTable.mjs';
import { quartiles } from '../lib/quartiles.mjs';
import { startSide } from '../lib/startSide.mjs';
import { takeTurns } from '../lib/takeTurns.mjs';

const [, , python = 'python3', rounds = '9'] = process.argv;
const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bench-pixels-'));
const workers = 2;
const sizes = [
  { width: 4000, height: 3000, repeats: 2, count: 8 },
  { width: 1200, height: 900, repeats: 10, count: 40 },
  { width: 640, height: 480, repeats: 20, count: 80 },
  { width: 300, height: 300, repeats: 40, count: 160 },
];

const bundle = bundleScript(join(here, 'ours.mjs'));
const sides = [
  startSide('Pillow', python, [join(here, 'pillow.py')]),
  startSide('ours', process.execPath, [bundle], { UV_THREADPOOL_SIZE: String(workers) }),
];
try {
  const { cpu, node, load } = describeMachine();
  console.log(`${cpu}, Node ${node}, load ${load}\n\nfrom decoded pixels, one thread\n`);
  await table(sizes.map(({ width, height, repeats }) => [`${width} x ${height}`, { width, height, repeats }]));
  console.log(`\nfrom JPEG files, ${workers} threads\n`);
  const tasks = [];
  for (const { width, height, count } of sizes) {
    const path = join(folder, `${width}x${height}.jpg`);
    await writePhoto(path, width, height);
    tasks.push([`${width} x ${height}`, { files: Array(count).fill(path), workers }]);
  }
  await table(tasks);
} finally {
  for (const side of sides) side.stop();
  rmSync(folder, { recursive: true });
}

async function table(tasks) {
  const rows = [];
  for (const [name, task] of tasks) {
    const { times } = await takeTurns(sides, { label: name, rounds: Number(rounds), warmup: 1, task });
    const [theirs, ours] = times.map((own) => quartiles(own).median);
    rows.push([name, theirs.toFixed(2), ours.toFixed(2), (theirs / ours).toFixed(2)]);
  }
  printTable([['picture', 'Pillow, ms', 'ours, ms', 'times as fast'], ...rows]);
}

/** Soft shapes with some grain: about as many bytes as a camera writes. */
async function writePhoto(path, width, height) {
  const noise = (w, h, sigma) => ({
    create: { width: w, height: h, channels: 3, background: '#000', noise: { type: 'gaussian', mean: 128, sigma } },
  });
  const grain = await sharp(noise(width, height, 12))
    .png()
    .toBuffer();
  const shapes = await sharp(noise(Math.ceil(width / 40), Math.ceil(height / 40), 80))
    .png()
    .toBuffer();
  await sharp(shapes)
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .composite([{ input: grain, blend: 'soft-light' }])
    .jpeg({ quality: 90 })
    .toFile(path);
}
