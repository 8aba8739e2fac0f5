import { readParameters } from '@crossmodal/layers';
import {
  backendsUnderTest,
  expectGradientsClose,
  expectNoLeaks,
  expectTensorsClose,
  onBackends,
  useBackend,
} from '@crossmodal/testing';
import { folderInMemory } from '@crossmodal/weights';
import { dispose, mul, sum, tensor, tensor2d, variableGrads } from '@tensorflow/tfjs-core';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenIds, goldenValue, readGoldenTensors } from '../__fixtures__/goldenTensors.js';
import { fixtures, readFixture } from '../__fixtures__/readFixture.js';
import { BertForSequenceClassification } from './BertForSequenceClassification.js';
import { type TextInputs } from './TextInputs.js';

const folder = join(fixtures, 'encoders', 'bert-c');
const tiny = { vocabSize: 11, hiddenSize: 8, numAttentionHeads: 2, intermediateSize: 12, numHiddenLayers: 1 };
const inputIds = (): TextInputs['inputIds'] => tensor2d([[1, 2, 3]], [1, 3], 'int32');

onBackends(backendsUnderTest(), () => {
  it.each(['first', 'second'])('gives the logits and gradients of Python for the %s batch', async (batch) => {
    const golden = await readGoldenTensors('encoders/bert-c');
    const classifier = await BertForSequenceClassification.load(folder);
    const inputs: TextInputs = {
      inputIds: goldenIds(golden, `${batch}.input_ids`)!,
      attentionMask: goldenIds(golden, `${batch}.attention_mask`),
      tokenTypeIds: goldenIds(golden, `${batch}.token_type_ids`),
    };
    await expectTensorsClose(classifier.call(inputs).logits, goldenValue(golden, `${batch}.logits`));
    const parameters = classifier.namedParameters();
    // Written identically in fixtures/encoders.py.
    const cotangent = tensor(
      Float32Array.from({ length: 9 }, (_, i) => Math.sin(i * 0.7)),
      [3, 3],
    );
    const { value, grads } = variableGrads(
      () => sum(mul(classifier.call(inputs).logits, cotangent)),
      [...parameters.values()],
    );
    const prefix = `${batch}.classifierGradient.`;
    expect([...golden.keys()].filter((key) => key.startsWith(prefix))).toHaveLength(parameters.size);
    for (const [path, { name }] of parameters) {
      if (path.endsWith('key.bias')) continue;
      await expectGradientsClose(grads[name]!, goldenValue(golden, prefix + path));
    }
    dispose([value, grads]);
    classifier.dispose();
  });

  it('leaves no tensor behind', async () => {
    const inputs = { inputIds: inputIds() };
    await expectNoLeaks(async () => {
      const classifier = await BertForSequenceClassification.load(folder);
      dispose({ ...classifier.call(inputs) });
      expect(() => new BertForSequenceClassification(['a'], { classifierDropout: 1 })).toThrow(
        'must be in [0, 1), got 1.',
      );
      classifier.dispose();
    });
  });
});

describe('BertForSequenceClassification', () => {
  it('reads and writes what save_pretrained wrote', async () => {
    await useBackend('cpu');
    const classifier = await BertForSequenceClassification.load(folder);
    expect(classifier.id2label).toEqual(['bad', 'good', 'so-so']);
    expect(classifier.problemType).toBe('single_label_classification');
    const files = await classifier.files();
    const theirs = (await readFixture('encoders/bert-c/config.json')) as Record<string, unknown>;
    const written = JSON.parse(String(files.get('config.json'))) as Record<string, unknown>;
    for (const key of Object.keys(written).filter((name) => name in theirs))
      expect([key, written[key]]).toEqual([key, theirs[key]]);
    expect(written).toMatchObject({ label2id: { bad: 0, good: 1, 'so-so': 2 }, classifier_dropout: 0.25 });
    const bytes = await readFile(join(folder, 'model.safetensors'));
    expect(Buffer.from(files.get('model.safetensors') as Uint8Array).equals(bytes)).toBe(true);
    const again = await BertForSequenceClassification.load(folderInMemory(files));
    expect(await readParameters(again)).toEqual(await readParameters(classifier));
    classifier.dispose();
    again.dispose();
  });

  it('drops of the pooled text in training mode, at its own rate', async () => {
    await useBackend('cpu');
    const config = { ...tiny, hiddenDropoutProb: 0, attentionProbsDropoutProb: 0, initializerRange: 0.3 };
    const classifier = new BertForSequenceClassification(['a', 'b'], { config, classifierDropout: 0.5 });
    const logits = async (seed: number): Promise<number[]> => [
      ...(await classifier.call({ inputIds: inputIds() }, { seed }).logits.data()),
    ];
    const evaluated = await logits(1);
    classifier.train();
    expect(await logits(1)).not.toEqual(evaluated);
    expect(await logits(1)).toEqual(await logits(1));
    classifier.dispose();
    const without = new BertForSequenceClassification(['a', 'b'], { config }).train();
    expect(() => without.call({ inputIds: inputIds() })).not.toThrow();
    without.dispose();
  });

  const labels: readonly (readonly [object, readonly string[]])[] = [
    [{}, ['LABEL_0', 'LABEL_1']],
    [{ num_labels: 3 }, ['LABEL_0', 'LABEL_1', 'LABEL_2']],
    [{ id2label: { '1': 'b', '0': 'a' }, num_labels: 2 }, ['a', 'b']],
  ];
  it.each(labels)('takes its labels from %j', async (fields, expected) => {
    const names = expected.map(String);
    const files = await new BertForSequenceClassification(names, { config: tiny }).files();
    const config = JSON.parse(String(files.get('config.json'))) as object;
    const none = { id2label: undefined, label2id: undefined };
    const relabelled = folderInMemory(
      new Map([...files, ['config.json', JSON.stringify({ ...config, ...none, ...fields })]]),
    );
    expect((await BertForSequenceClassification.load(relabelled)).id2label).toEqual(expected);
  });

  it('refuses what it cannot use', async () => {
    expect(() => new BertForSequenceClassification([])).toThrow('id2label must have at least one label, got none.');
    const files = await new BertForSequenceClassification(['a', 'b'], { config: tiny }).files();
    const config = JSON.parse(String(files.get('config.json'))) as object;
    const refused: readonly (readonly [object, string])[] = [
      [{ num_labels: 3 }, 'num_labels must be 2, the number of labels, got 3.'],
      [{ num_labels: 0.5 }, 'num_labels must be a positive integer, got 0.5.'],
      [{ id2label: { '0': 'a', '2': 'b' } }, 'id2label must give each id from 0 on a string, got undefined for 1.'],
      [{ id2label: 'a' }, 'id2label must be a JSON object, got a string.'],
      [{ classifier_dropout: 1 }, 'config.json: classifier_dropout must be in [0, 1), got 1.'],
      [{ problem_type: 'ranking' }, 'problem_type must be one of regression, single_label_classification, multi_label'],
      [{ model_type: 'roberta' }, 'config.json: model_type must be "bert", got "roberta".'],
    ];
    for (const [fields, message] of refused) {
      const odd = folderInMemory(new Map([...files, ['config.json', JSON.stringify({ ...config, ...fields })]]));
      await expect(BertForSequenceClassification.load(odd)).rejects.toThrow(message);
    }
    await expect(BertForSequenceClassification.load(join(fixtures, 'encoders', 'bert-a'))).rejects.toThrow(
      '41 missing',
    );
  });
});
