import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBackend } from '@crossmodal/backends';
import { parameterShapes } from '@crossmodal/layers';
import { ImageProcessor, VitEncoder } from '@crossmodal/image-encoder';
import { buildVocabulary, RobertaEncoder, TextTokenizer } from '@crossmodal/text-encoder';
import { memory } from '@tensorflow/tfjs-core';
import { Command } from 'commander';
import { beforeAll, expect, it } from 'vitest';
import { recordingTerminal } from '../__fixtures__/recordingTerminal.js';
import { temporaryFolder } from '../__fixtures__/tinyWorld.js';
import type { ModelFacts } from '../pretrained/inspectModel.js';
import { addInfoCommand } from './info.js';

const folder = temporaryFolder();
const text = join(folder, 'text');
const image = join(folder, 'image');
const sizes = { hiddenSize: 12, intermediateSize: 20, numHiddenLayers: 3, numAttentionHeads: 2 };
let parameters: number;

const info = async (...words: string[]): Promise<string> => {
  const terminal = recordingTerminal();
  const program = new Command().exitOverride();
  addInfoCommand(program, terminal);
  await program.parseAsync(['info', ...words], { from: 'user' });
  return terminal.results.join('\n');
};
const facts = async (...words: string[]): Promise<ModelFacts> =>
  JSON.parse(await info(...words, '--json')) as ModelFacts;

beforeAll(async () => {
  await startBackend('cpu');
  const tokenizer = TextTokenizer.fromVocabulary(buildVocabulary(['a naïve lamp']));
  const encoder = new RobertaEncoder({ ...sizes, vocabSize: tokenizer.vocabularySize, maxPositionEmbeddings: 40 });
  parameters = [...parameterShapes(encoder).values()].reduce((sum, shape) => sum + shape.reduce((a, b) => a * b), 0);
  await encoder.save(text);
  await tokenizer.save(text);
  encoder.dispose();
  const vit = new VitEncoder({ ...sizes, imageSize: 30, patchSize: 10 });
  await vit.save(image);
  await new ImageProcessor({ imageProcessorType: 'ViTImageProcessor', size: 30 }).save(image);
  vit.dispose();
});

it('says what a folder holds once its weights are loaded, and how to train on it', async () => {
  const tensors = memory().numTensors;
  const found = await facts(text);
  expect(found).toMatchObject({ reference: text, folder: text, modelType: 'roberta', problems: [] });
  expect(found.text).toMatchObject({
    sizes: { layers: 3, width: 12, heads: 2, positions: 40 },
    parameters,
  });
  expect(found.tokenizer?.example).toContain('lamp');
  expect(found.image).toBeUndefined();
  const said = await info(image);
  expect(said).toContain('3 blocks, width 12, 2 heads, 30 x 30 pixels, patches of 10');
  expect(said).toContain('to 30 x 30, bilinear, mean 0.500 0.500 0.500, deviation 0.500 0.500 0.500');
  expect(said).toContain(`crossmodal train --data reviews.csv --image-model ${image}`);
  expect(memory().numTensors).toBe(tensors);
});

it('describes a model whose weights are not here without them', async () => {
  const bare = join(folder, 'bare');
  cpSync(image, bare, { recursive: true });
  rmSync(join(bare, 'model.safetensors'));
  const found = await facts(bare);
  expect(found.image).toEqual({ sizes: expect.objectContaining({ imageSize: 30 }) as unknown });
  expect(found.weights).toEqual([]);
  expect(await info(bare)).toContain('not on this machine; --download fetches them');
});

it('names every reason why a model cannot be used', async () => {
  const broken = join(folder, 'broken');
  cpSync(text, broken, { recursive: true });
  rmSync(join(broken, 'vocab.txt'));
  rmSync(join(broken, 'tokenizer.json'), { force: true });
  const config = JSON.parse(readFileSync(join(broken, 'config.json'), 'utf8')) as object;
  writeFileSync(join(broken, 'config.json'), JSON.stringify({ ...config, num_hidden_layers: 4 }));
  await expect(info(broken)).rejects.toThrow(/cannot be used as it is:\n {2}- .*encoder\.layer\.3[^]*\n {2}- .*vocab/);
  writeFileSync(join(broken, 'config.json'), JSON.stringify({ ...config, model_type: 'deberta' }));
  await expect(info(broken)).rejects.toThrow(
    'model_type "deberta" is not known here. Text encoders: bert, camembert, clip,',
  );
  await expect(info('org/name', '--offline', '--cache-dir', folder)).rejects.toThrow('org/name@main');
});
