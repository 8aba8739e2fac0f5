import {
  backendsUnderTest,
  checkGradients,
  expectGradientsClose,
  expectNoLeaks,
  expectTensorsClose,
  goldenTensor,
  goldenValue,
  onBackends,
  seededNormal,
  type GoldenFile,
} from '@crossmodal/testing';
import {
  add,
  dispose,
  grad,
  mul,
  slice,
  square,
  sum,
  tensor,
  tidy,
  variableGrads,
  type Scalar,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { contract, readBlocksGolden } from '../__golden__/expectGoldenCase.js';
import { maskToBias } from '../ops/maskToBias.js';
import { assignParameters } from '../parameters/assignParameters.js';
import { normalInitializer } from '../random/initializers.js';
import { type EncoderBlockOptions } from './EncoderBlock.js';
import { PostNormBlock } from './PostNormBlock.js';
import { PreNormBlock } from './PreNormBlock.js';

const options: EncoderBlockOptions = {
  hiddenSize: 16,
  numAttentionHeads: 4,
  intermediateSize: 24,
  layerNormEps: 1e-5,
  hiddenAct: 'gelu',
  initializer: normalInitializer(0.3),
  seed: 1,
};
type Kind = [name: string, Block: typeof PostNormBlock | typeof PreNormBlock, blockOptions: EncoderBlockOptions];
const kinds: readonly Kind[] = [
  ['postNorm', PostNormBlock, { ...options, layerNormEps: 1e-12 }],
  ['preNorm', PreNormBlock, { ...options, hiddenAct: 'quick_gelu' }],
];

function goldenBlock(golden: GoldenFile, [name, Block, blockOptions]: Kind): PostNormBlock | PreNormBlock {
  const block = new Block(blockOptions);
  const values = [...block.namedParameters().keys()].map((path) => {
    const { shape, values: data } = goldenValue(golden, `${name}.${path}`);
    return [path, { shape, data }] as const;
  });
  assignParameters(block, new Map(values));
  return block;
}

onBackends(backendsUnderTest(), () => {
  it.each(kinds)("equals Hugging Face's layer with unequal lengths: %s", async (...kind) => {
    const [name] = kind;
    const golden = await readBlocksGolden();
    const block = goldenBlock(golden, kind);
    const stream = goldenTensor(golden, `${name}.hiddenStates`) as Tensor3D;
    const bias = maskToBias(goldenTensor(golden, `${name}.mask`) as Tensor2D);

    const result = block.call(stream, { bias });
    await expectTensorsClose(result.hiddenStates, goldenValue(golden, `${name}.output.hiddenStates`));
    await expectTensorsClose(result.attentions, goldenValue(golden, `${name}.output.attentions`));

    // Contracting the two outputs gives a scalar, which its declared type cannot say.
    const loss = (moved: Tensor): Scalar =>
      contract(golden, name, { ...block.call(moved as Tensor3D, { bias }) }) as Scalar;
    const streamGradient = grad(loss)(stream);
    await expectGradientsClose(streamGradient, goldenValue(golden, `${name}.gradient.hiddenStates`));

    const parameters = block.namedParameters();
    const { value, grads } = variableGrads(() => loss(stream), [...parameters.values()]);
    for (const [path, parameter] of parameters) {
      // Softmax ignores a shift of all keys: this gradient is zero in exact arithmetic and rounding noise in float32.
      const isKeyBias = /key\.bias|k_proj\.bias/.test(path);
      const gradient = grads[parameter.name]!;
      const expected = goldenValue(golden, `${name}.gradient.${path}`);
      if (isKeyBias) await expectTensorsClose(gradient, expected, 1e-5);
      else await expectGradientsClose(gradient, expected);
    }
    dispose([value, grads]);
    block.dispose();
  });

  it.each(kinds)('agrees with finite differences in training mode: %s', async (_, Block, blockOptions) => {
    const block = new Block({ ...blockOptions, hiddenDropout: 0.2, attentionDropout: 0.2 }).train();
    const bias = maskToBias(
      tensor(
        [
          [1, 1, 1],
          [1, 1, 0],
        ],
        [2, 3],
        'int32',
      ),
    );
    await checkGradients(
      (x) => block.call(x as Tensor3D, { seed: 3, bias }).hiddenStates,
      [seededNormal([2, 3, 16], 1)],
    );
    block.dispose();
  });

  it.each(kinds)('ignores padding: %s', async (_, Block, blockOptions) => {
    const block = new Block(blockOptions);
    const bias = maskToBias(tensor([[1, 1, 0]], [1, 3], 'int32'));
    const stream = seededNormal([1, 3, 16], 1);
    const noise = mul(seededNormal([1, 3, 16], 2, 10), tensor([0, 0, 1], [1, 3, 1]));
    const alone = block.call(slice(stream, [0, 0, 0], [1, 2, 16]) as Tensor3D).hiddenStates;
    for (const padded of [stream, add(stream, noise)]) {
      const kept = slice(block.call(padded as Tensor3D, { bias }).hiddenStates, [0, 0, 0], [1, 2, 16]);
      await expectTensorsClose(kept, alone, 1e-6);
    }
    block.dispose();
  });

  it.each(kinds)('gives finite states for a sample whose keys are all masked: %s', async (_, Block, blockOptions) => {
    const block = new Block(blockOptions);
    const bias = maskToBias(tensor([[0, 0, 0]], [1, 3], 'int32'));
    const { hiddenStates, attentions } = block.call(seededNormal([1, 3, 16], 1) as Tensor3D, { bias });
    expect((await hiddenStates.data()).every((value) => Number.isFinite(value))).toBe(true);
    expect((await attentions.data()).every((value) => value === 0)).toBe(true);
    block.dispose();
  });

  it.each(kinds)(
    'repeats a training step with its seed, and drops elsewhere with another: %s',
    async (_, Block, blockOptions) => {
      const block = new Block({ ...blockOptions, hiddenDropout: 0.5, attentionDropout: 0.5 });
      const stream = seededNormal([2, 3, 16], 1) as Tensor3D;
      const evaluated = await block.call(stream).hiddenStates.data();
      block.train();
      const read = async (seed: number): Promise<number[]> => [
        ...(await block.call(stream, { seed }).hiddenStates.data()),
      ];
      const first = await read(1);
      expect(await read(1)).toEqual(first);
      expect(await read(2)).not.toEqual(first);
      expect(first).not.toEqual([...evaluated]);
      expect(() => block.call(stream)).toThrow('a call in training mode with rate 0.5 needs a seed, got none.');
      block.dispose();
    },
  );

  it.each(kinds)('leaves no tensor behind: %s', async (_, Block, blockOptions) => {
    const stream = seededNormal([2, 3, 16], 1) as Tensor3D;
    await expectNoLeaks(() => {
      const block = new Block({ ...blockOptions, hiddenDropout: 0.2, attentionDropout: 0.2 }).train();
      dispose({ ...block.call(stream, { seed: 1 }) });
      expect(() => block.call(stream)).toThrow('needs a seed');
      const parameters = [...block.namedParameters().values()];
      const loss = (): Scalar => tidy(() => sum(square(block.call(stream, { seed: 1 }).hiddenStates)));
      const { value, grads } = variableGrads(loss, parameters);
      dispose([value, grads]);
      block.dispose();
    });
  });
});

it.each(kinds)('names what does not fit: %s', (_, Block, blockOptions) => {
  expect(() => new Block({ ...blockOptions, numAttentionHeads: 3 })).toThrow(
    `${Block.name}: hiddenSize by numAttentionHeads must be divisible by 3, got 16.`,
  );
  const block = new Block(blockOptions);
  expect(() => block.call(seededNormal([2, 3, 8], 1) as Tensor3D)).toThrow(
    `${Block.name}: hiddenStates must be [B, T, 16], got [2, 3, 8].`,
  );
  block.dispose();
});

const paths = {
  query: 'a.query',
  key: 'a.key',
  value: 'a.value',
  attentionOutput: 'a.output',
  attentionNorm: 'first',
  expand: 'up',
  contract: 'down',
  feedForwardNorm: 'second',
};

it('has its parameters where a model wants them, without biases of query, key and value if so', () => {
  const block = new PreNormBlock({ ...options, paths, qkvBias: false });
  const shapes = Object.fromEntries([...block.namedParameters()].map(([path, { shape }]) => [path, shape]));
  expect(shapes).toEqual({
    'a.query.weight': [16, 16],
    'a.key.weight': [16, 16],
    'a.value.weight': [16, 16],
    'a.output.weight': [16, 16],
    'a.output.bias': [16],
    'first.weight': [16],
    'first.bias': [16],
    'up.weight': [24, 16],
    'up.bias': [24],
    'down.weight': [16, 24],
    'down.bias': [16],
    'second.weight': [16],
    'second.bias': [16],
  });
  block.dispose();
});

it('computes the same under other names', async () => {
  const [usual, renamed] = [new PostNormBlock(options), new PostNormBlock({ ...options, paths })];
  const values = [...usual.namedParameters().values()].map(({ shape }, i) => seededNormal(shape, i));
  const names = Object.values(paths).flatMap((path) => [`${path}.weight`, `${path}.bias`]);
  expect([...renamed.namedParameters().keys()].sort()).toEqual(names.sort());
  for (const block of [usual, renamed]) {
    for (const [i, parameter] of [...block.namedParameters().values()].entries()) parameter.assign(values[i]!);
  }
  const stream = seededNormal([2, 3, 16], 9) as Tensor3D;
  await expectTensorsClose(renamed.call(stream).hiddenStates, usual.call(stream).hiddenStates, 0);
  usual.dispose();
  renamed.dispose();
});

it('drops of what attention adds only if it should', async () => {
  const stream = seededNormal([2, 3, 16], 9) as Tensor3D;
  const rates = { hiddenDropout: 0.5, attentionOutputDropout: 0 };
  const block = new PostNormBlock({ ...options, ...rates }).train();
  const usual = new PostNormBlock({ ...options, hiddenDropout: 0.5 }).train();
  // Without a feed-forward part, what is left is attention's.
  for (const each of [block, usual]) {
    for (const [path, parameter] of each.namedParameters())
      if (path.startsWith('output.dense')) parameter.assign(mul(parameter, 0));
  }
  const first = await block.call(stream, { seed: 1 }).hiddenStates.data();
  expect(await block.call(stream, { seed: 2 }).hiddenStates.data()).toEqual(first);
  const dropped = await usual.call(stream, { seed: 1 }).hiddenStates.data();
  expect(await usual.call(stream, { seed: 2 }).hiddenStates.data()).not.toEqual(dropped);
  block.dispose();
  usual.dispose();
});
