/** transformers.js' side of the race: a forward pass whenever a line comes in. Started by run.mjs. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BertModel, CLIPVisionModel, env, layer_norm, Tensor } from '@huggingface/transformers';
import { answerTasks } from '../lib/answerTasks.mjs';
import { packageVersion } from '../lib/describeMachine.mjs';

const [root, work, threads, batch] = process.argv.slice(2);
const rows = Number(batch);
env.allowRemoteModels = false;
env.localModelPath = root;
const [Model, name] = work === 'bert' ? [BertModel, 'model'] : [CLIPVisionModel, 'vision_model'];
const model = await Model.from_pretrained(work, {
  dtype: 'fp32',
  device: 'cpu',
  model_file_name: name,
  session_options: { intraOpNumThreads: Number(threads) },
});
const inputs = work === 'bert' ? await words() : await pixels();
const versions = Object.fromEntries(
  ['@huggingface/transformers', 'onnxruntime-node'].map((of) => [of, packageVersion(of, import.meta.url)]),
);

await answerTasks(async ({ write }) => {
  const startedAt = performance.now();
  const { last_hidden_state: states } = await model(inputs);
  const milliseconds = performance.now() - startedAt;
  if (write !== undefined) {
    const { data } = work === 'bert' ? states : normalizedPatches(states);
    await writeFile(write, data);
  }
  return { milliseconds, peakBytes: process.resourceUsage().maxRSS * 1024, versions };
});

/** What the fusion reads: patches without the class, after the final norm, whose fresh weights are 1 and 0. */
function normalizedPatches(states) {
  const size = states.dims.at(-1);
  return layer_norm(states.slice(null, [1, null], null).view(-1, size), [size], { eps: 1e-5 });
}

async function words() {
  const { buffer } = new Uint8Array(await readFile(join(root, 'input_ids.int32')));
  const ids = BigInt64Array.from(new Int32Array(buffer), BigInt);
  const shape = [rows, ids.length / rows];
  return {
    input_ids: new Tensor('int64', ids, shape),
    attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
  };
}

async function pixels() {
  const { buffer } = new Uint8Array(await readFile(join(root, 'pixel_values.float32')));
  return { pixel_values: new Tensor('float32', new Float32Array(buffer), [rows, 3, 224, 224]) };
}
