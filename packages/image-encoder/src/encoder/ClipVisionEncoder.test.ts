import { LayerNorm, readParameters, ShapeError } from '@crossmodal/layers';
import {
  backendsUnderTest,
  expectGradientsClose,
  expectNoLeaks,
  expectTensorsClose,
  onBackends,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import { folderInMemory, openFolder } from '@crossmodal/weights';
import {
  add,
  concat,
  dispose,
  grad,
  memory,
  mul,
  type Scalar,
  slice,
  sum,
  type Tensor,
  tensor,
  type Tensor4D,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixtures, goldenTensor, goldenValue, readGoldenTensors } from './__fixtures__/goldenTensors.js';
import { ClipVisionEncoder, type ClipVisionOutputs } from './ClipVisionEncoder.js';

const tiny = {
  imageSize: 9,
  patchSize: 3,
  hiddenSize: 8,
  numAttentionHeads: 2,
  intermediateSize: 12,
  numHiddenLayers: 2,
  projectionDim: 5,
};
const outputNames = ['lastHiddenState', 'patchStates', 'poolerOutput', 'imageEmbeds'] as const;

onBackends(backendsUnderTest(), () => {
  describe.each(['quick-gelu', 'gelu'])('ClipVisionEncoder against Python: %s', (name) => {
    const folder = join(fixtures, name);

    it('opens what save_pretrained wrote and gives the same values', async () => {
      const golden = await readGoldenTensors(name);
      const encoder = await ClipVisionEncoder.load(folder);
      const outputs = encoder.call({ pixelValues: goldenTensor(golden, 'pixelValues') as Tensor4D });
      for (const output of outputNames) await expectTensorsClose(outputs[output], goldenValue(golden, output));
      expect(Object.keys(outputs).sort()).toEqual([...outputNames].sort());
      expect(outputs.patchStates.shape).toEqual([2, encoder.gridSize ** 2, encoder.hiddenSize]);
      expect(outputs.imageEmbeds.shape).toEqual([2, encoder.projectionDim]);
      encoder.dispose();
    });

    it('gives every parameter the same gradient, in training mode too', async () => {
      const golden = await readGoldenTensors(name);
      const encoder = (await ClipVisionEncoder.load(folder)).train();
      const pixelValues = goldenTensor(golden, 'pixelValues') as Tensor4D;
      const parameters = encoder.namedParameters();
      const { value, grads } = variableGrads(() => contract(encoder.call({ pixelValues })), [...parameters.values()]);
      expect([...parameters.keys()].sort()).toEqual(
        [...golden.keys()]
          .filter((key) => key.startsWith('gradient:v'))
          .map((key) => key.slice('gradient:'.length))
          .sort(),
      );
      for (const [path, parameter] of parameters) {
        const gradient = grads[parameter.name];
        expect(gradient, path).toBeDefined();
        if (path.endsWith('k_proj.bias')) await expectTiny(gradient!);
        else await expectGradientsClose(gradient!, goldenValue(golden, `gradient:${path}`));
      }
      dispose([value, grads]);
      encoder.dispose();
    });

    it('gives the pixels their gradient when asked', async () => {
      const golden = await readGoldenTensors(name);
      const encoder = await ClipVisionEncoder.load(folder);
      const pixels = goldenTensor(golden, 'pixelValues');
      const gradient = grad((x) => contract(encoder.call({ pixelValues: x as Tensor4D })))(pixels);
      await expectGradientsClose(gradient, goldenValue(golden, 'gradient:pixelValues'));
      encoder.dispose();
    });
  });

  describe('ClipVisionEncoder', () => {
    it('reads the vision tower of a file that holds both, in float16 and with counters as buffers', async () => {
      const golden = await readGoldenTensors('both-towers');
      const encoder = await ClipVisionEncoder.load(openFolder(join(fixtures, 'both-towers')));
      expect(encoder.config).toMatchObject({ hiddenSize: 8, imageSize: 9, patchSize: 3, projectionDim: 5 });
      const { lastHiddenState, imageEmbeds } = encoder.call({
        pixelValues: goldenTensor(golden, 'pixelValues') as Tensor4D,
      });
      await expectTensorsClose(lastHiddenState, goldenValue(golden, 'lastHiddenState'));
      await expectTensorsClose(imageEmbeds, goldenValue(golden, 'imageEmbeds'));
      encoder.dispose();
    });

    it('reads an image the same whatever its batch mates are', async () => {
      const encoder = new ClipVisionEncoder(tiny, { seed: 3 });
      const [first, second, third] = [1, 2, 3].map((seed) => seededNormal([1, 9, 9, 3], seed) as Tensor4D);
      const alone = encoder.call({ pixelValues: second! });
      for (const batch of [
        [first!, second!, third!],
        [third!, second!],
      ]) {
        const together = encoder.call({ pixelValues: concat(batch, 0) });
        for (const name of outputNames) {
          const part = slice(together[name] as Tensor, [1], [1]);
          await expectTensorsClose(part, alone[name]);
        }
      }
      encoder.dispose();
    });

    it('sees where a patch is', async () => {
      const encoder = new ClipVisionEncoder(tiny, { seed: 3 });
      const pixelValues = seededNormal([1, 9, 9, 3], 1) as Tensor4D;
      const change = new Float32Array(9 * 9 * 3);
      change[(4 * 9 + 7) * 3] = 1; // row 4, column 7: the patch in row 1, column 2
      // Blocks that add nothing to the stream do not mix patches.
      for (const [path, parameter] of encoder.namedParameters()) {
        if (/out_proj|fc2/.test(path)) parameter.assign(mul(parameter, 0));
      }
      const moved = add<Tensor4D>(pixelValues, tensor(change, [1, 9, 9, 3]));
      const before = await encoder.call({ pixelValues }).lastHiddenState.data();
      const after = await encoder.call({ pixelValues: moved }).lastHiddenState.data();
      const changed = new Set([...before.keys()].filter((i) => before[i] !== after[i]).map((i) => Math.floor(i / 8)));
      expect([...changed]).toEqual([1 + 1 * 3 + 2]);
      encoder.dispose();
    });

    it('normalizes the patches with the final LayerNorm and leaves lastHiddenState before it', async () => {
      const encoder = await ClipVisionEncoder.load(join(fixtures, 'quick-gelu'));
      const outputs = encoder.call({ pixelValues: seededNormal([1, 30, 30, 3], 4) as Tensor4D });
      const norm = new LayerNorm(32, 1e-5);
      for (const part of ['weight', 'bias'] as const) {
        norm[part].assign(encoder.namedParameters().get(`vision_model.post_layernorm.${part}`)! as typeof norm.weight);
      }
      const all = norm.call(outputs.lastHiddenState);
      await expectTensorsClose(outputs.patchStates, slice(all, [0, 1, 0], [1, 25, 32]));
      encoder.dispose();
    });

    it('saves and loads to identical outputs', async () => {
      const parent = await mkdtemp(join(tmpdir(), 'clip-vision-'));
      const encoder = new ClipVisionEncoder({ ...tiny, hiddenAct: 'gelu', layerNormEps: 1e-4 }, { seed: 5 });
      await encoder.save(join(parent, 'saved'));
      expect((await readdir(join(parent, 'saved'))).sort()).toEqual(['config.json', 'model.safetensors']);
      const loaded = await ClipVisionEncoder.load(join(parent, 'saved'));
      expect(loaded.config).toEqual(encoder.config);
      expect(await readParameters(loaded)).toEqual(await readParameters(encoder));
      const pixelValues = seededNormal([2, 9, 9, 3], 6) as Tensor4D;
      await expectTensorsClose(loaded.call({ pixelValues }).imageEmbeds, encoder.call({ pixelValues }).imageEmbeds, 0);
      await rm(parent, { recursive: true });
      encoder.dispose();
      loaded.dispose();
    });

    it('has embeddings of the size of the stream without a projection, and saves and loads as such', async () => {
      const encoder = new ClipVisionEncoder(tiny, { seed: 5, addProjection: false });
      expect([encoder.projectionDim, new ClipVisionEncoder(tiny).projectionDim]).toEqual([8, 5]);
      const files = await encoder.files();
      expect(String(files.get('config.json'))).toContain('"CLIPVisionModel"');
      const loaded = await ClipVisionEncoder.load(folderInMemory(files));
      expect(await readParameters(loaded)).toEqual(await readParameters(encoder));
      const pixelValues = seededNormal([2, 9, 9, 3], 6) as Tensor4D;
      const [{ poolerOutput }, { imageEmbeds }] = [encoder.call({ pixelValues }), loaded.call({ pixelValues })];
      await expectTensorsClose(imageEmbeds, poolerOutput, 0);
      const own = encoder.call({ pixelValues });
      own.imageEmbeds.dispose();
      await expectTensorsClose(own.poolerOutput, poolerOutput, 0);
      await expectNoLeaks(() => dispose({ ...encoder.call({ pixelValues }) }));
      encoder.dispose();
      loaded.dispose();
    });

    it('gives frozen parameters no gradient and the others one', () => {
      const encoder = new ClipVisionEncoder(tiny);
      encoder.freeze(/^vision_model\.(embeddings|pre_layrnorm)|layers\.0\./);
      const pixelValues = seededNormal([1, 9, 9, 3], 6) as Tensor4D;
      const { grads } = variableGrads(() => contract(encoder.call({ pixelValues })));
      for (const [path, parameter] of encoder.namedParameters()) {
        const isFrozen = /embeddings|pre_layrnorm|layers\.0\./.test(path);
        expect(grads[parameter.name] === undefined, path).toBe(isFrozen);
      }
      encoder.dispose();
    });

    it('drops attention weights in training mode only, by the seed of the step', async () => {
      const encoder = new ClipVisionEncoder({ ...tiny, attentionDropout: 0.5 }, { seed: 1 });
      const pixelValues = seededNormal([1, 9, 9, 3], 6) as Tensor4D;
      const embeds = (seed?: number): Promise<Float32Array | Int32Array | Uint8Array> =>
        encoder.call({ pixelValues }, { seed }).imageEmbeds.data();
      const evaluated = await embeds();
      encoder.train();
      expect(() => encoder.call({ pixelValues })).toThrow('needs a seed, got none.');
      const trained = await embeds(1);
      expect(trained).not.toEqual(evaluated);
      expect(await embeds(1)).toEqual(trained);
      expect(await embeds(2)).not.toEqual(trained);
      encoder.eval();
      expect(await embeds(1)).toEqual(evaluated);
      encoder.dispose();
    });

    it('leaves no tensor behind, also when it throws', async () => {
      const pixelValues = seededNormal([1, 9, 9, 3], 6) as Tensor4D;
      await expectNoLeaks(() => {
        const encoder = new ClipVisionEncoder(tiny);
        dispose({ ...encoder.call({ pixelValues }) });
        encoder.dispose();
      });
      const encoder = new ClipVisionEncoder({ ...tiny, attentionDropout: 0.5 }).train();
      const four = memory().numTensors;
      const outputs = encoder.call({ pixelValues }, { seed: 1 });
      expect(memory().numTensors - four).toBe(4);
      dispose({ ...outputs });
      const wide = seededNormal([1, 9, 10, 3], 6) as Tensor4D;
      await expectNoLeaks(() => {
        expect(() => encoder.call({ pixelValues })).toThrow('needs a seed');
        expect(() => encoder.call({ pixelValues: wide })).toThrow(ShapeError);
        expect(() => new ClipVisionEncoder({ ...tiny, patchSize: 10 })).toThrow(RangeError);
      });
      await expectNoLeaks(() => {
        const { value, grads } = variableGrads(() => contract(encoder.call({ pixelValues }, { seed: 1 })));
        dispose([value, ...Object.values(grads)]);
      });
      encoder.dispose();
    });
  });
});

describe('ClipVisionEncoder', () => {
  it('refuses pictures of another shape', async () => {
    await useBackend('cpu');
    const encoder = new ClipVisionEncoder(tiny);
    const call = (shape: number[]) => (): unknown => encoder.call({ pixelValues: seededNormal(shape, 1) as Tensor4D });
    expect(call([2, 9, 10, 3])).toThrow('ClipVisionEncoder: pixelValues must be [B, 9, 9, 3], got [2, 9, 10, 3].');
    expect(call([2, 3, 9, 9])).toThrow('must be [B, 9, 9, 3], got [2, 3, 9, 9]. Channels come last');
    expect(call([9, 9, 3])).toThrow('must be [B, 9, 9, 3], got [9, 9, 3].');
    encoder.dispose();
    expect(call([1, 9, 9, 3])).toThrow('ClipVisionEncoder: call needs a live module, got a disposed one.');
  });

  it('starts from its seed', async () => {
    await useBackend('cpu');
    const [first, again, other] = await Promise.all(
      [1, 1, 2].map((seed) => readParameters(new ClipVisionEncoder(tiny, { seed }))),
    );
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});

/** One number from all outputs; written identically in fixtures/generate.py. */
function contract(outputs: ClipVisionOutputs): Scalar {
  const parts = outputNames.map((name, phase) => {
    const output = outputs[name] as Tensor;
    const weights = Float32Array.from({ length: output.size }, (_, i) => Math.sin(i * 0.7 + phase));
    return sum(mul(output, tensor(weights, output.shape)));
  });
  return parts.reduce((total, part) => add(total, part)) as Scalar;
}

/** Softmax ignores what is added to all keys: exactly zero, so that only rounding is left. */
async function expectTiny(gradient: Tensor): Promise<void> {
  for (const value of await gradient.data()) expect(Math.abs(value)).toBeLessThan(1e-4);
}
