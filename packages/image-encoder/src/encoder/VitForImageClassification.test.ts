import { readParameters } from '@crossmodal/layers';
import {
  backendsUnderTest,
  expectNoLeaks,
  expectTensorsClose,
  onBackends,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import { folderInMemory } from '@crossmodal/weights';
import { dispose, type Tensor4D } from '@tensorflow/tfjs-core';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixtures, goldenTensor, goldenValue, readGoldenTensors } from './__fixtures__/goldenTensors.js';
import { VitForImageClassification } from './VitForImageClassification.js';

const folder = join(fixtures, 'encoders/vit-c');
const labels = ['cat', 'dog', 'neither'];

onBackends(backendsUnderTest(), () => {
  it('gives the logits of Python, for pictures of another size too', async () => {
    const golden = await readGoldenTensors('encoders/vit-c');
    const classifier = await VitForImageClassification.load(folder);
    expect(classifier.id2label).toEqual(labels);
    for (const size of ['usual', 'other']) {
      const pixelValues = goldenTensor(golden, `${size}.pixelValues`) as Tensor4D;
      const { logits } = classifier.call({ pixelValues, interpolatePosEncoding: size === 'other' });
      await expectTensorsClose(logits, goldenValue(golden, `${size}.logits`));
    }
    classifier.dispose();
  });

  it('leaves nothing behind but the logits', async () => {
    const pixelValues = seededNormal([2, 17, 17, 3], 1) as Tensor4D;
    const classifier = await VitForImageClassification.load(folder);
    await expectNoLeaks(() => dispose({ ...classifier.call({ pixelValues }) }));
    classifier.dispose();
  });
});

describe('VitForImageClassification', () => {
  beforeAll(() => useBackend('cpu'));

  it('reads back what files() gives', async () => {
    const classifier = await VitForImageClassification.load(folder);
    const again = await VitForImageClassification.load(folderInMemory(await classifier.files()));
    expect(again.id2label).toEqual(labels);
    expect(again.encoder.config).toEqual(classifier.encoder.config);
    expect(await readParameters(again)).toEqual(await readParameters(classifier));
    classifier.dispose();
    again.dispose();
  });

  it('has two labels where the file has none, and refuses labels with a gap', async () => {
    const classifier = new VitForImageClassification(labels, {
      config: {
        hiddenSize: 8,
        numAttentionHeads: 2,
        numHiddenLayers: 1,
        intermediateSize: 4,
        imageSize: 8,
        patchSize: 4,
      },
    });
    const files = await classifier.files();
    classifier.dispose();
    const config = JSON.parse(String(files.get('config.json'))) as Record<string, unknown>;
    const load = (change: object): Promise<VitForImageClassification> =>
      VitForImageClassification.load(
        folderInMemory(new Map([...files, ['config.json', JSON.stringify({ ...config, ...change })]])),
      );
    expect((await load({ id2label: null, num_labels: 3 })).id2label).toEqual(['LABEL_0', 'LABEL_1', 'LABEL_2']);
    await expect(load({ id2label: null })).rejects.toThrow('classifier.weight');
    await expect(load({ id2label: { 0: 'a', 2: 'b' } })).rejects.toThrow(
      'config.json: id2label must give each id from 0 on a string, got undefined for 1.',
    );
    await expect(load({ id2label: 'abc' })).rejects.toThrow('id2label must be a JSON object, got a string.');
    expect(() => new VitForImageClassification([])).toThrow(
      'VitForImageClassification: id2label must have at least one label, got none.',
    );
  });
});
