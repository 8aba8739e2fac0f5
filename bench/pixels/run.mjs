/**
 * Compares the preprocessing of pictures with Pillow and NumPy: from decoded pixels with one thread, and from JPEG files with two.
 * Both sides take turns, so that whatever else the machine does meets both; printed are medians.
 *
 * Usage: node bench/pixels/run.mjs [python] [rounds]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import sharp from 'sharp';

const [, , python = 'python3', rounds = '9'] = process.argv;
const here = dirname(fileURLToPath(import.meta.url));
const bundle = resolve(here, '../../node_modules/.cache/bench-pixels/ours.mjs');
const folder = mkdtempSync(join(tmpdir(), 'bench-pixels-'));
const workers = 2;
const sizes = [
  { width: 4000, height: 3000, repeats: 2, count: 8 },
  { width: 1200, height: 900, repeats: 10, count: 40 },
  { width: 640, height: 480, repeats: 20, count: 80 },
  { width: 300, height: 300, repeats: 40, count: 160 },
];

buildSync({
  entryPoints: [join(here, 'ours.mjs')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  conditions: ['@crossmodal/source'],
  external: ['@tensorflow/*', 'sharp'],
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
});
const theirs = startSide(python, [join(here, 'pillow.py')]);
const ours = startSide(process.execPath, [bundle], { UV_THREADPOOL_SIZE: String(workers) });
try {
  console.log('from decoded pixels, one thread\n');
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
  theirs.stop();
  ours.stop();
  rmSync(folder, { recursive: true });
}

async function table(tasks) {
  console.log('| picture     | Pillow, ms | ours, ms | times as fast |');
  console.log('| ----------- | ---------- | -------- | ------------- |');
  for (const [name, task] of tasks) {
    const times = { theirs: [], ours: [] };
    // The first round warms up.
    for (let round = 0; round <= Number(rounds); round += 1) {
      times.theirs[round] = await theirs.measure(task);
      times.ours[round] = await ours.measure(task);
    }
    const [a, b] = [median(times.theirs.slice(1)), median(times.ours.slice(1))];
    const cells = [name.padEnd(11), a.toFixed(2).padEnd(10), b.toFixed(2).padEnd(8), (a / b).toFixed(2).padEnd(13)];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

/** A process that answers each line with a line. */
function startSide(command, parameters, variables = {}) {
  const child = spawn(command, parameters, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...variables },
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async measure(task) {
      child.stdin.write(`${JSON.stringify(task)}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`bench/pixels: ${command} ended. Its message is above.`);
      return JSON.parse(value).milliseconds;
    },
    stop: () => child.stdin.end(),
  };
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

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
