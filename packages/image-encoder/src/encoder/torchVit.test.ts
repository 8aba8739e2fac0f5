import { assignParameters, parameterShapes } from '@crossmodal/layers';
import { backendsUnderTest, expectTensorsClose, onBackends } from '@crossmodal/testing';
import { assertTensorsMatch, openFolder, openTorchFile } from '@crossmodal/weights';
import { type Tensor4D } from '@tensorflow/tfjs-core';
import { join } from 'node:path';
import { it } from 'vitest';
import { fixtures, goldenTensor, goldenValue, readGoldenTensors } from './__fixtures__/goldenTensors.js';
import { readTorchVit, TorchVit } from './__fixtures__/TorchVit.js';

onBackends(backendsUnderTest(), () => {
  it('has all that a model of nn.TransformerEncoder needs, from its .pth to its logits', async () => {
    const golden = await readGoldenTensors('encoders/torch-vit');
    const file = await openTorchFile(await openFolder(join(fixtures, 'encoders/torch-vit')).open('model.pth'));
    const parameters = await readTorchVit(file);
    await file.close();
    const model = new TorchVit({
      hiddenSize: 12,
      numAttentionHeads: 3,
      intermediateSize: 10,
      numHiddenLayers: 2,
      imageSize: 12,
      patchSize: 4,
      numLabels: 5,
    });
    assertTensorsMatch(parameterShapes(model), parameters, 'test');
    assignParameters(model, parameters);
    const logits = model.call(goldenTensor(golden, 'pixelValues') as Tensor4D);
    await expectTensorsClose(logits, goldenValue(golden, 'logits'));
    model.dispose();
  });
});
