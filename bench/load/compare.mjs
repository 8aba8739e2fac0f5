/** Compares the outputs of the encoders in one folder with Python's; `run.mjs` starts it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AutoImageEncoder } from '@crossmodal/image-encoder';
import { AutoTextEncoder } from '@crossmodal/text-encoder';
import { parseSafetensors } from '@crossmodal/weights';
import '@tensorflow/tfjs-backend-wasm';
import { ready, setBackend, tensor } from '@tensorflow/tfjs-core';
import { answerTasks } from '../lib/answerTasks.mjs';

const loaders = { text: AutoTextEncoder, image: AutoImageEncoder };

await setBackend('wasm');
await ready();
await answerTasks(async ({ folder }) => {
  const golden = parseSafetensors(await readFile(join(folder, 'outputs.safetensors')));
  const compared = [];
  for (const [side, loader] of Object.entries(loaders)) {
    const own = [...golden]
      .filter(([name]) => name.startsWith(`${side}.`))
      .map(([name, value]) => [name.slice(side.length + 1), value]);
    if (own.length === 0) continue;
    const encoder = await loader.load(folder);
    const inputs = Object.fromEntries(
      own.filter(([name]) => isInput(name)).map(([name, value]) => [name, toTensor(value)]),
    );
    const outputs = encoder.call(inputs);
    const differences = {};
    for (const [name, { shape, data }] of own.filter(([name]) => !isInput(name))) {
      if (String(outputs[name].shape) !== String(shape))
        throw new Error(`${name}: [${shape}], got [${outputs[name].shape}]`);
      const values = await outputs[name].data();
      differences[name] = data.reduce((most, value, i) => Math.max(most, Math.abs(value - values[i])), 0);
    }
    const largest = Math.max(...Object.values(differences));
    compared.push({ folder, encoder: encoder.constructor.name, largest, differences });
    encoder.dispose();
  }
  return compared;
});

function isInput(name) {
  return ['inputIds', 'attentionMask', 'tokenTypeIds', 'pixelValues'].includes(name);
}

function toTensor({ dtype, shape, data }) {
  return tensor(data, shape, dtype === 'I32' ? 'int32' : 'float32');
}
