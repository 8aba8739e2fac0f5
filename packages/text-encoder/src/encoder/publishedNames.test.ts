import { readParameters } from '@crossmodal/layers';
import { useBackend } from '@crossmodal/testing';
import {
  type CheckpointFolder,
  folderInMemory,
  parseSafetensors,
  serializeSafetensors,
  type TensorData,
} from '@crossmodal/weights';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixtures } from '../__fixtures__/readFixture.js';
import { AutoTextEncoder } from './AutoTextEncoder.js';
import { BertForSequenceClassification } from './BertForSequenceClassification.js';

type Rewriting = readonly (readonly [pattern: RegExp, replacement: string])[];

const one: TensorData = { dtype: 'F32', shape: [1], data: new Float32Array(1) };
const counters: TensorData = { dtype: 'I64', shape: [1, 2], data: new BigInt64Array([0n, 1n]) };
const firstNorms: Rewriting = [
  [/LayerNorm\.weight$/, 'LayerNorm.gamma'],
  [/LayerNorm\.bias$/, 'LayerNorm.beta'],
];

/** How the same values are spelt in published files, and what lies beside them. */
const spellings: readonly (readonly [
  title: string,
  folder: string,
  rewriting: Rewriting,
  beside: Readonly<Record<string, TensorData>>,
])[] = [
  [
    'the first BERT, for masked words and next sentences',
    'bert-a',
    [[/^/, 'bert.'], ...firstNorms],
    {
      'bert.embeddings.position_ids': counters,
      'cls.predictions.bias': one,
      'cls.predictions.decoder.weight': one,
      'cls.predictions.transform.LayerNorm.gamma': one,
      'cls.predictions.transform.dense.weight': one,
      'cls.seq_relationship.weight': one,
    },
  ],
  [
    'a BERT for questions, without a pooler',
    'bert-b',
    [[/^/, 'bert.']],
    { 'qa_outputs.weight': one, 'qa_outputs.bias': one },
  ],
  ['a BERT for tokens', 'bert-b', [[/^/, 'bert.']], { 'classifier.weight': one, 'classifier.bias': one }],
  [
    'a BERT without its head',
    'bert-c',
    [
      [/^bert\./, ''],
      [/^classifier\./, 'cls.'],
    ],
    { 'embeddings.token_type_ids': counters },
  ],
  [
    'a RoBERTa for masked words',
    'roberta-a',
    [[/^/, 'roberta.']],
    {
      'roberta.embeddings.position_ids': counters,
      'lm_head.bias': one,
      'lm_head.dense.weight': one,
      'lm_head.layer_norm.weight': one,
    },
  ],
  [
    'a RoBERTa for classes',
    'roberta-b',
    [[/^/, 'roberta.']],
    {
      'classifier.dense.weight': one,
      'classifier.out_proj.weight': one,
      'roberta.embeddings.token_type_ids': counters,
    },
  ],
  ['an XLM-RoBERTa for questions', 'roberta-c', [[/^/, 'roberta.']], { 'qa_outputs.weight': one }],
  [
    'a DistilBERT for masked words',
    'distilbert-a',
    [[/^/, 'distilbert.']],
    { 'vocab_transform.weight': one, 'vocab_layer_norm.weight': one, 'vocab_projector.bias': one },
  ],
  [
    'a DistilBERT for classes',
    'distilbert-b',
    [[/^/, 'distilbert.']],
    { 'pre_classifier.weight': one, 'classifier.bias': one, 'distilbert.embeddings.position_ids': counters },
  ],
  ['a DistilBERT for questions', 'distilbert-c', [[/^/, 'distilbert.']], { 'qa_outputs.weight': one }],
  [
    'both towers of CLIP',
    'clip-a',
    [],
    {
      logit_scale: one,
      'text_model.embeddings.position_ids': counters,
      'vision_model.embeddings.class_embedding': one,
      'vision_model.embeddings.position_ids': counters,
      'vision_model.pre_layrnorm.weight': one,
      'visual_projection.weight': one,
    },
  ],
  [
    'a text tower of CLIP with its prefix',
    'clip-c',
    [[/^/, 'text_model.']],
    { 'text_model.embeddings.position_ids': counters },
  ],
];

describe('published names', () => {
  beforeAll(() => useBackend('cpu'));

  it.each(spellings)('of %s mean the same weights', async (_, name, rewriting, beside) => {
    const respelt = await rewrite(name, (published) => [...respell(published, rewriting), ...Object.entries(beside)]);
    const [expected, found] = [
      await AutoTextEncoder.load(join(fixtures, 'encoders', name)),
      await AutoTextEncoder.load(respelt),
    ];
    expect(await readParameters(found)).toEqual(await readParameters(expected));
    expect(found.config).toEqual(expected.config);
    expected.dispose();
    found.dispose();
  });

  it('lead to a whole CLIP model, whose eos_token_id may be the wrong one of the first files', async () => {
    const towers = { model_type: 'clip', projection_dim: 18, text_config: await configOf('clip-b'), vision_config: {} };
    const folder = await rewrite('clip-b', (published) => [...published, ['logit_scale', one]], towers);
    const encoder = await AutoTextEncoder.load(folder);
    expect(encoder.config).toMatchObject({ eosTokenId: 2, projectionDim: 18, hiddenSize: 16 });
    encoder.dispose();
  });

  it('of the first classifiers lead to the classifier', async () => {
    const folder = await rewrite('bert-c', (published) => [
      ...respell(published, firstNorms),
      ['bert.embeddings.position_ids', counters],
    ]);
    const expected = await BertForSequenceClassification.load(join(fixtures, 'encoders', 'bert-c'));
    const found = await BertForSequenceClassification.load(folder);
    expect(await readParameters(found)).toEqual(await readParameters(expected));
    expected.dispose();
    found.dispose();
  });

  it.each(['F16', 'BF16'] as const)('hold weights in %s, which become float32', async (dtype) => {
    const round = (value: TensorData): TensorData => ({
      ...value,
      dtype,
      data: Float32Array.from(value.data as Float32Array, (each) => Math.round(each * 64) / 64),
    });
    for (const name of ['bert-a', 'roberta-a', 'distilbert-a', 'clip-a']) {
      const folder = await rewrite(name, (published) => published.map(([path, value]) => [path, round(value)]));
      const stored = parseSafetensors(await folder.read('model.safetensors'));
      const encoder = await AutoTextEncoder.load(folder);
      for (const [path, { data }] of await readParameters(encoder)) {
        expect([path, stored.get(path)?.dtype]).toEqual([path, dtype]);
        expect(data).toEqual(stored.get(path)?.data);
      }
      encoder.dispose();
    }
  });

  const strange = [
    ['bert-a', ['encoder.extra', 'my_cls.weight', 'roberta.pooler.dense.weight', 'embeddings.position_ids.weight']],
    ['roberta-a', ['bert.pooler.dense.weight', 'cls.predictions.bias', 'decoder.weight']],
    ['distilbert-a', ['pooler.dense.weight', 'vocab_other.weight', 'lm_head.bias']],
    ['clip-a', ['text_model.extra', 'visual_projection.bias', 'logit_bias', 'vision.weight']],
  ] as const;
  it.each(strange)('that nobody knows are refused: %s', async (name, names) => {
    for (const unknown of names) {
      const folder = await rewrite(name, (published) => [...published, [unknown, one]]);
      await expect(AutoTextEncoder.load(folder)).rejects.toThrow(`1 unexpected (${unknown}`);
    }
  });
});

async function configOf(name: string): Promise<object> {
  return JSON.parse(await readFile(join(fixtures, 'encoders', name, 'config.json'), 'utf8')) as object;
}

/** One of the folders with other tensors, and with another configuration if so. */
async function rewrite(
  name: string,
  change: (published: [string, TensorData][]) => [string, TensorData][],
  config?: object,
): Promise<CheckpointFolder> {
  const published = parseSafetensors(await readFile(join(fixtures, 'encoders', name, 'model.safetensors')));
  return folderInMemory(
    new Map<string, Uint8Array | string>([
      ['config.json', JSON.stringify(config ?? (await configOf(name)))],
      ['model.safetensors', serializeSafetensors(new Map(change([...published])))],
    ]),
  );
}

function respell(published: [string, TensorData][], rewriting: Rewriting): [string, TensorData][] {
  return published.map(([path, value]) => [
    rewriting.reduce((name, [from, to]) => name.replace(from, to), path),
    value,
  ]);
}
