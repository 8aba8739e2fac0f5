import { PostNormBlock, readParameters, ShapeError } from '@crossmodal/layers';
import {
  backendsUnderTest,
  expectGradientsClose,
  expectNoLeaks,
  expectTensorsClose,
  onBackends,
  useBackend,
} from '@crossmodal/testing';
import { openFolder, parseSafetensors, serializeSafetensors, type TensorData } from '@crossmodal/weights';
import {
  add,
  dispose,
  expandDims,
  memory,
  mul,
  type Scalar,
  slice,
  sum,
  type Tensor,
  tensor,
  tensor2d,
  type Tensor2D,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { goldenIds, goldenValue, readGoldenTensors } from '../__fixtures__/goldenTensors.js';
import { fixtures, readFixture } from '../__fixtures__/readFixture.js';
import { BertEncoder } from './BertEncoder.js';
import { type TextInputs } from './TextInputs.js';
import { type TextOutputs } from './TextOutputs.js';

const tiny = {
  vocabSize: 11,
  hiddenSize: 8,
  numAttentionHeads: 2,
  intermediateSize: 12,
  numHiddenLayers: 2,
  maxPositionEmbeddings: 6,
  initializerRange: 0.3,
};
const ids = (rows: number[][]): Tensor2D => tensor2d(rows, [rows.length, rows[0]!.length], 'int32');

function goldenInputs(golden: ReadonlyMap<string, TensorData>): TextInputs & { attentionMask: Tensor2D } {
  return {
    inputIds: goldenIds(golden, 'input_ids')!,
    attentionMask: goldenIds(golden, 'attention_mask')!,
    tokenTypeIds: goldenIds(golden, 'token_type_ids'),
  };
}

onBackends(backendsUnderTest(), () => {
  describe.each(['encoder', 'with-head'])('BertEncoder against Python: %s', (name) => {
    const folder = join(fixtures, name);

    it('opens what save_pretrained wrote and gives the same values', async () => {
      const golden = await readGoldenTensors(name);
      const encoder = await BertEncoder.load(folder);
      const { lastHiddenState, poolerOutput } = encoder.call(goldenInputs(golden));
      await expectTensorsClose(lastHiddenState, goldenValue(golden, 'lastHiddenState'));
      await expectTensorsClose(poolerOutput, goldenValue(golden, 'poolerOutput'));
      encoder.dispose();
    });

    it('gives every parameter the same gradient', async () => {
      const golden = await readGoldenTensors(name);
      const encoder = await BertEncoder.load(folder);
      const inputs = goldenInputs(golden);
      const parameters = encoder.namedParameters();
      const { value, grads } = variableGrads(
        () => contract(encoder.call(inputs), inputs.attentionMask),
        [...parameters.values()],
      );
      expect([...parameters.keys()].sort()).toEqual(
        [...golden.keys()]
          .flatMap((key) => (key.startsWith('gradient:') ? [key.slice('gradient:'.length)] : []))
          .sort(),
      );
      for (const [path, parameter] of parameters) {
        const gradient = grads[parameter.name];
        expect(gradient, path).toBeDefined();
        if (path.endsWith('self.key.bias')) await expectTiny(gradient!);
        else await expectGradientsClose(gradient!, goldenValue(golden, `gradient:${path}`));
      }
      dispose([value, grads]);
      encoder.dispose();
    });
  });

  describe('BertEncoder', () => {
    it('reads a text the same whatever stands in its padding and beside it', async () => {
      const encoder = new BertEncoder(tiny, { seed: 3 });
      const alone = encoder.call({ inputIds: ids([[1, 2, 3]]) });
      const batches = [
        { inputIds: ids([[1, 2, 3, 0, 0], [4, 5, 6, 7, 8]]), attentionMask: ids([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]]) },
        { inputIds: ids([[1, 2, 3, 9, 10], [2, 0, 0, 0, 0]]), attentionMask: ids([[1, 1, 1, 0, 0], [1, 0, 0, 0, 0]]) },
      ]; // prettier-ignore
      for (const batch of batches) {
        const { lastHiddenState, poolerOutput } = encoder.call(batch);
        await expectTensorsClose(slice(lastHiddenState, [0, 0, 0], [1, 3, 8]), alone.lastHiddenState);
        await expectTensorsClose(slice(poolerOutput, [0, 0], [1, 8]), alone.poolerOutput);
      }
      encoder.dispose();
    });

    it('permutes its outputs with the batch', async () => {
      const encoder = new BertEncoder(tiny, { seed: 3 });
      const rows = [[1, 2, 3], [4, 5, 0]]; // prettier-ignore
      const masks = [[1, 1, 1], [1, 1, 0]]; // prettier-ignore
      const forth = encoder.call({ inputIds: ids(rows), attentionMask: ids(masks) }).lastHiddenState;
      const back = encoder.call({ inputIds: ids([...rows].reverse()), attentionMask: ids([...masks].reverse()) });
      await expectTensorsClose(slice(back.lastHiddenState, [1, 0, 0], [1, 3, 8]), slice(forth, [0, 0, 0], [1, 3, 8]));
      await expectTensorsClose(slice(back.lastHiddenState, [0, 0, 0], [1, 2, 8]), slice(forth, [1, 0, 0], [1, 2, 8]));
      encoder.dispose();
    });

    it('takes a missing mask for ones and missing token types for zeros', async () => {
      const encoder = new BertEncoder(tiny, { seed: 3 });
      const inputIds = ids([[1, 2, 3]]);
      const explicit = { attentionMask: ids([[1, 1, 1]]), tokenTypeIds: ids([[0, 0, 0]]) };
      const { lastHiddenState } = encoder.call({ inputIds });
      await expectTensorsClose(encoder.call({ inputIds, ...explicit }).lastHiddenState, lastHiddenState, 0);
      const others = encoder.call({ inputIds, tokenTypeIds: ids([[0, 1, 0]]) }).lastHiddenState;
      await expect(expectTensorsClose(others, lastHiddenState)).rejects.toThrow('values differ');
      encoder.dispose();
    });

    it('saves and loads to identical outputs, beside the files of a tokenizer', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'bert-'));
      await writeFile(join(folder, 'vocab.txt'), 'kept');
      const config = {
        ...tiny,
        hiddenAct: 'quick_gelu',
        layerNormEps: 1e-4,
        padTokenId: 2,
        hiddenDropoutProb: 0,
      } as const;
      const encoder = new BertEncoder(config, { seed: 5 });
      await encoder.save(folder);
      expect((await readdir(folder)).sort()).toEqual(['config.json', 'model.safetensors', 'vocab.txt']);
      const loaded = await BertEncoder.load(openFolder(folder));
      expect(loaded.config).toEqual(encoder.config);
      expect(loaded.hiddenSize).toBe(8);
      expect(await readParameters(loaded)).toEqual(await readParameters(encoder));
      const inputIds = ids([[1, 2, 3]]);
      await expectTensorsClose(loaded.call({ inputIds }).poolerOutput, encoder.call({ inputIds }).poolerOutput, 0);
      await rm(folder, { recursive: true });
      encoder.dispose();
      loaded.dispose();
    });

    it.each(['mean', 'cls'] as const)(
      'has no pooler with pooling %s, and keeps pooling so in a folder',
      async (pooling) => {
        const folder = await mkdtemp(join(tmpdir(), 'bert-'));
        const encoder = new BertEncoder(tiny, { pooling, seed: 4 });
        await encoder.save(folder);
        const loaded = await BertEncoder.load(folder);
        await rm(folder, { recursive: true });
        const inputs = { inputIds: ids([[1, 2, 3], [4, 5, 6]]), attentionMask: ids([[1, 1, 1], [1, 0, 1]]) }; // prettier-ignore
        for (const each of [encoder, loaded]) {
          const { lastHiddenState, poolerOutput } = each.call(inputs);
          const states = (await lastHiddenState.array())[1]!;
          const expected = pooling === 'cls' ? states[0]! : states[0]!.map((value, i) => (value + states[2]![i]!) / 2);
          await expectTensorsClose(slice(poolerOutput, [1, 0], [1, 8]), { shape: [1, 8], values: expected }, 1e-6);
          expect(each.pooling).toBe(pooling);
          expect([...each.namedParameters().keys()].some((path) => path.startsWith('pooler'))).toBe(false);
          each.dispose();
        }
      },
    );

    it('leaves a pooler out that it is told not to use', async () => {
      const encoder = await BertEncoder.load(join(fixtures, 'encoder'), { pooling: 'mean' });
      expect([...encoder.namedParameters().keys()].some((path) => path.startsWith('pooler'))).toBe(false);
      const inputIds = ids([[7, 8, 9]]);
      const attentionMask = ids([[1, 1, 1]]);
      const masked = encoder.call({ inputIds, attentionMask });
      await expectTensorsClose(encoder.call({ inputIds }).poolerOutput, masked.poolerOutput, 1e-6);
      encoder.dispose();
    });

    it('gives frozen parameters no gradient and the others one', () => {
      const encoder = new BertEncoder(tiny);
      encoder.freeze(/^embeddings\.|^encoder\.layer\.0\./);
      const inputs = { inputIds: ids([[1, 2, 3]]), attentionMask: ids([[1, 1, 1]]) };
      const { grads } = variableGrads(() => contract(encoder.call(inputs), inputs.attentionMask));
      for (const [path, parameter] of encoder.namedParameters()) {
        expect(grads[parameter.name] === undefined, path).toBe(/^embeddings\.|layer\.0\./.test(path));
      }
      encoder.dispose();
    });

    it.each(['hiddenDropoutProb', 'attentionProbsDropoutProb'])(
      'applies %s in training mode only, by the seed of the step',
      async (field) => {
        const none = { hiddenDropoutProb: 0, attentionProbsDropoutProb: 0 };
        const encoder = new BertEncoder({ ...tiny, ...none, [field]: 0.5 }, { seed: 1 });
        const inputIds = ids([[1, 2, 3]]);
        const states = async (seed?: number): Promise<number[]> => [
          ...(await encoder.call({ inputIds }, { seed }).lastHiddenState.data()),
        ];
        const evaluated = await states();
        encoder.train();
        expect(() => encoder.call({ inputIds })).toThrow('needs a seed, got none.');
        const trained = await states(1);
        expect(trained).not.toEqual(evaluated);
        expect(await states(1)).toEqual(trained);
        expect(await states(2)).not.toEqual(trained);
        encoder.eval();
        expect(await states(1)).toEqual(evaluated);
        encoder.dispose();
      },
    );

    it('drops what the layers add, also where the embeddings are nothing', async () => {
      const encoder = new BertEncoder({ ...tiny, hiddenDropoutProb: 0.5, attentionProbsDropoutProb: 0 }, { seed: 1 });
      for (const [path, parameter] of encoder.namedParameters()) {
        if (path.startsWith('embeddings.LayerNorm')) parameter.assign(mul(parameter, 0));
        if (path.endsWith('dense.bias')) parameter.assign(waves(parameter, 1));
      }
      const inputIds = ids([[1, 2, 3]]);
      const evaluated = await encoder.call({ inputIds }).lastHiddenState.data();
      const trained = await encoder.train().call({ inputIds }, { seed: 1 }).lastHiddenState.data();
      expect([...trained]).not.toEqual([...evaluated]);
      encoder.dispose();
    });

    it('leaves no tensor behind, also when it throws', async () => {
      const inputs = { inputIds: ids([[1, 2, 3]]), attentionMask: ids([[1, 1, 1]]), tokenTypeIds: ids([[0, 1, 1]]) };
      await expectNoLeaks(() => {
        const encoder = new BertEncoder(tiny);
        dispose({ ...encoder.call(inputs) });
        encoder.dispose();
      });
      const encoder = new BertEncoder(tiny).train();
      const before = memory().numTensors;
      const outputs = encoder.call(inputs, { seed: 1 });
      expect(memory().numTensors - before).toBe(2);
      dispose({ ...outputs });
      const long = ids([[1, 2, 3, 4, 5, 6, 7]]);
      await expectNoLeaks(() => {
        expect(() => encoder.call(inputs)).toThrow('needs a seed');
        expect(() => encoder.call({ inputIds: long }, { seed: 1 })).toThrow(ShapeError);
        expect(() => new BertEncoder({ ...tiny, numAttentionHeads: 3 })).toThrow(RangeError);
      });
      await expectNoLeaks(() => {
        const { value, grads } = variableGrads(() => contract(encoder.call(inputs, { seed: 1 }), inputs.attentionMask));
        dispose([value, ...Object.values(grads)]);
      });
      await expectNoLeaks(async () => {
        const loaded = await BertEncoder.load(join(fixtures, 'encoder'));
        loaded.dispose();
      });
      encoder.dispose();
    });
  });
});

describe('BertEncoder', () => {
  it('refuses inputs that do not fit', async () => {
    await useBackend('cpu');
    const encoder = new BertEncoder(tiny);
    const inputIds = ids([[1, 2, 3]]);
    const call = (inputs: Partial<TextInputs>) => (): unknown => encoder.call({ inputIds, ...inputs });
    expect(call({ inputIds: ids([[1, 2, 3, 4, 5, 6, 7]]) })).toThrow(
      'BertEncoder: inputIds must be [B, T] with T at most maxLength 6, got [1, 7]. Truncate the texts: pass maxLength to the tokenizer.',
    );
    expect(call({ inputIds: tensor([1, 2], [2], 'int32') as unknown as Tensor2D })).toThrow(
      'inputIds must be [B, T], got [2].',
    );
    expect(call({ attentionMask: ids([[1, 1]]) })).toThrow('BertEncoder: attentionMask must be [1, 3], got [1, 2].');
    expect(call({ tokenTypeIds: ids([[1], [1]]) })).toThrow('BertEncoder: tokenTypeIds must be [1, 3], got [2, 1].');
    expect(call({ inputIds: tensor2d([[1, 2, 3]]) })).toThrow(
      "BertEncoder: inputIds must be int32, got float32. Create it with tensor2d(values, shape, 'int32').",
    );
    expect(call({ tokenTypeIds: tensor2d([[0, 0, 0]]) })).toThrow(
      'BertEncoder: tokenTypeIds must be int32, got float32.',
    );
    encoder.dispose();
    expect(call({})).toThrow('BertEncoder: call needs a live module, got a disposed one.');
  });

  it('gives each layer a seed of its own, from the seed of the step', async () => {
    await useBackend('cpu');
    const encoder = new BertEncoder(tiny).train();
    const layers = vi.spyOn(PostNormBlock.prototype, 'call');
    for (const seed of [1, 1, 2]) encoder.call({ inputIds: ids([[1]]) }, { seed });
    const seeds = layers.mock.calls.map(([, context]) => context?.seed);
    layers.mockRestore();
    expect(seeds.slice(0, 2)).toEqual(seeds.slice(2, 4));
    expect(new Set(seeds).size).toBe(4);
    encoder.dispose();
  });

  it('writes the bytes that save_pretrained wrote, and a config.json with the same values', async () => {
    await useBackend('cpu');
    const encoder = await BertEncoder.load(join(fixtures, 'encoder'));
    const files = await encoder.files();
    encoder.dispose();
    expect(Buffer.from(files.get('model.safetensors') as Uint8Array)).toEqual(
      await readFile(join(fixtures, 'encoder/model.safetensors')),
    );
    const theirs = (await readFixture('encoder/config.json')) as Record<string, unknown>;
    const written = JSON.parse(files.get('config.json') as string) as Record<string, unknown>;
    for (const name of Object.keys(written).filter((key) => key in theirs)) {
      expect([name, written[name]]).toEqual([name, theirs[name]]);
    }
    expect(Object.keys(written).filter((key) => !(key in theirs))).toEqual(['position_embedding_type', 'torch_dtype']);
  });

  it('starts from its seed, with the spread of the configuration and zeros for padding', async () => {
    await useBackend('cpu');
    const config = { ...tiny, vocabSize: 400, padTokenId: 399, initializerRange: 0.05 };
    const [first, again, other] = await Promise.all(
      [1, 1, 2].map((seed) => readParameters(new BertEncoder(config, { seed }))),
    );
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    const words = first!.get('embeddings.word_embeddings.weight')!.data;
    expect([...words.slice(-8)]).toEqual(new Array(8).fill(0));
    const deviation = Math.sqrt(words.reduce((total, value) => total + value * value, 0) / (words.length - 8));
    expect(deviation).toBeCloseTo(0.05, 2);
    expect(words.slice(0, 64)).not.toEqual(words.slice(64, 128));
    const query = first!.get('encoder.layer.0.attention.self.query.weight')!.data;
    expect(query).not.toEqual(first!.get('encoder.layer.1.attention.self.query.weight')!.data);
    expect(first!.get('encoder.layer.0.attention.self.query.bias')!.data.every((value) => value === 0)).toBe(true);
    expect(first!.get('embeddings.LayerNorm.weight')!.data.every((value) => value === 1)).toBe(true);
  });

  it('refuses folders whose weights are not those of the model, and leaves nothing behind', async () => {
    await useBackend('cpu');
    const folder = await mkdtemp(join(tmpdir(), 'bert-'));
    await cp(join(fixtures, 'encoder'), folder, { recursive: true });
    const weights = join(folder, 'model.safetensors');
    const original = await readFile(weights);
    const rewrite = async (change: (tensors: Map<string, TensorData>) => void): Promise<void> => {
      const tensors = parseSafetensors(original);
      change(tensors);
      await writeFile(weights, serializeSafetensors(tensors));
    };
    const before = memory().numTensors;
    const path = 'encoder.layer.1.output.dense.bias';
    await rewrite((tensors) => tensors.delete(path));
    await expect(BertEncoder.load(folder)).rejects.toThrow(`1 missing (${path})`);
    await rewrite((tensors) => tensors.set('stray', { dtype: 'F32', shape: [1], data: Float32Array.of(1) }));
    await expect(BertEncoder.load(folder)).rejects.toThrow('1 unexpected (stray)');
    await rewrite((tensors) => tensors.set(path, { dtype: 'F32', shape: [1], data: Float32Array.of(1) }));
    await expect(BertEncoder.load(folder)).rejects.toThrow(`(${path} [32], got [1])`);
    await rewrite((tensors) => tensors.set(path, { dtype: 'I32', shape: [32], data: new Int32Array(32) }));
    await expect(BertEncoder.load(folder)).rejects.toThrow(`"${path}" must be of a floating-point dtype, got I32.`);
    await writeFile(weights, original);
    await expect(BertEncoder.load(folder, { pooling: 'eos' })).rejects.toThrow(
      'BertEncoder: pooling must be one of pooler, mean, cls, got "eos".',
    );
    await writeFile(join(folder, 'config.json'), JSON.stringify({ model_type: 'bert', num_hidden_layers: 1e9 }));
    await expect(BertEncoder.load(folder)).rejects.toThrow(
      'config.json: numHiddenLayers must be at most 1000, got 1000000000.',
    );
    expect(memory().numTensors).toBe(before);
    await rm(folder, { recursive: true });
  });
});

/** One number from both outputs; written identically in fixtures/generate.py. */
function contract({ lastHiddenState, poolerOutput }: TextOutputs, attentionMask: Tensor2D): Scalar {
  const states = mul(mul(lastHiddenState, waves(lastHiddenState, 0)), expandDims(attentionMask, 2));
  const pooled = mul(poolerOutput, waves(poolerOutput, 1));
  return add<Scalar>(sum(states), sum(pooled));
}

function waves({ size, shape }: Tensor, phase: number): Tensor {
  return tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * 0.7 + phase)),
    shape,
  );
}

/** Softmax ignores what is added to all keys: exactly zero, so that only rounding is left. */
async function expectTiny(gradient: Tensor): Promise<void> {
  for (const value of await gradient.data()) expect(Math.abs(value)).toBeLessThan(1e-4);
}
