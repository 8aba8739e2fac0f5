/** One load in this process; `run.mjs` starts it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClipVisionEncoder } from '@crossmodal/image-encoder';
import { parameterShapes } from '@crossmodal/layers';
import { BertEncoder } from '@crossmodal/text-encoder';
import '@tensorflow/tfjs-backend-cpu';
import { ready, setBackend } from '@tensorflow/tfjs-core';
import { answerTasks } from '../lib/answerTasks.mjs';

await setBackend('cpu');
await ready();
await answerTasks(async ({ folder }) => {
  const { model_type: modelType } = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
  const Encoder = modelType.startsWith('clip') ? ClipVisionEncoder : BertEncoder;

  const idle = process.memoryUsage.rss();
  const start = performance.now();
  const encoder = await Encoder.load(folder);
  const seconds = (performance.now() - start) / 1000;
  // In kilobytes, since the process began.
  const peak = process.resourceUsage().maxRSS * 1024 - idle;

  let bytes = 0;
  for (const shape of parameterShapes(encoder).values()) bytes += 4 * shape.reduce((a, b) => a * b, 1);
  return [
    {
      folder,
      seconds: round(seconds),
      peakMegabytes: round(peak / 1e6),
      tensorMegabytes: round(bytes / 1e6),
      ratio: round(peak / bytes),
    },
  ];
});

function round(value) {
  return Math.round(value * 100) / 100;
}
