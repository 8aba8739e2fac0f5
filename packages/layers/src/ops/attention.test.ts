import {
  backendsUnderTest,
  checkGradients,
  expectTensorsClose,
  goldenTensor,
  onBackends,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import {
  add,
  gather,
  mul,
  ones,
  slice,
  tensor,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { expectGoldenCase, readOpsGolden } from '../__golden__/expectGoldenCase.js';
import { expectCleanThrow, expectLeakFree } from '../__golden__/expectLeakFree.js';
import { attention, type AttentionInputs, type AttentionResult } from './attention.js';
import { dropout } from './dropout.js';
import { maskToBias } from './maskToBias.js';

const attend = ([query, key, value]: Tensor[], rest: Partial<AttentionInputs> = {}): AttentionResult =>
  attention({ query: query as Tensor4D, key: key as Tensor4D, value: value as Tensor4D, ...rest });
const someInputs = (): Tensor[] => [
  seededNormal([2, 2, 4, 3], 1, 2),
  seededNormal([2, 2, 5, 3], 2, 2),
  seededNormal([2, 2, 5, 6], 3),
];
const keepTwoOrNone = (): Tensor4D =>
  maskToBias(
    tensor(
      [
        [1, 1, 0, 0, 0],
        [0, 0, 0, 0, 0],
      ],
      [2, 5],
      'int32',
    ),
  );

onBackends(backendsUnderTest(), () => {
  it('equals PyTorch without a mask', async () => {
    await expectGoldenCase({
      golden: await readOpsGolden(),
      name: 'attention',
      inputs: ['query', 'key', 'value'],
      compute: (inputs) => ({ ...attend(inputs) }),
    });
  });

  it('equals PyTorch with a mask', async () => {
    const golden = await readOpsGolden();
    const bias = maskToBias(goldenTensor(golden, 'maskedAttention.mask') as Tensor2D);
    await expectGoldenCase({
      golden,
      name: 'maskedAttention',
      inputs: ['query', 'key', 'value'],
      compute: (inputs) => ({ ...attend(inputs, { bias }) }),
    });
  });

  it('agrees with finite differences, with mask and dropout', async () => {
    const rest = { bias: keepTwoOrNone(), dropout: { rate: 0.3, seed: 4 } };
    await checkGradients((...inputs) => attend(inputs, rest).attended, someInputs());
    const [query, key, value] = someInputs();
    await checkGradients((q, k) => attend([q, k, value!], rest).attentions, [query!, key!]);
  });

  it('has rows that sum to 1, or are zeros where every key is masked', async () => {
    const { attended, attentions } = attend(someInputs(), { bias: keepTwoOrNone() });
    const rows = [...(await attentions.data())];
    for (let row = 0; row < 16; row += 1) {
      const weights = rows.slice(5 * row, 5 * row + 5);
      expect(weights.reduce((total, weight) => total + weight, 0)).toBeCloseTo(row < 8 ? 1 : 0, 6);
      expect(weights.slice(2)).toEqual([0, 0, 0]);
    }
    await expectTensorsClose(slice(attended, [1], [1]), { shape: [1, 2, 4, 6], values: new Float32Array(48) }, 0);
  });

  it('ignores what stands at masked keys and values', async () => {
    const [query, key, value] = someInputs();
    const bias = keepTwoOrNone();
    const atMasked = tensor([0, 0, 1, 1, 1], [1, 1, 5, 1]);
    const otherKey = add(key!, mul(seededNormal([2, 2, 5, 3], 8, 50), atMasked));
    const otherValue = add(value!, mul(seededNormal([2, 2, 5, 6], 9, 50), atMasked));
    const [first, second] = [
      attend([query!, key!, value!], { bias }),
      attend([query!, otherKey, otherValue], { bias }),
    ];
    await expectTensorsClose(second.attended, first.attended, 0);
    await expectTensorsClose(second.attentions, first.attentions, 0);
  });

  it('permutes its output with the batch', async () => {
    const inputs = someInputs();
    const order = tensor([1, 0], [2], 'int32');
    const swapped = attend(inputs.map((input) => gather(input, order)));
    await expectTensorsClose(swapped.attended, gather(attend(inputs).attended, order), 1e-6);
  });

  it('adds a bias per head and query', async () => {
    const inputs = someInputs();
    const bias = seededNormal([1, 2, 4, 5], 7) as Tensor4D;
    const [plain, biased] = [await attend(inputs).attentions.data(), await attend(inputs, { bias }).attentions.data()];
    const offsets = await bias.data();
    // softmax(s + b) is proportional to softmax(s) exp(b); the first row of the second sample.
    const scaled = Array.from({ length: 5 }, (_, i) => plain[40 + i]! * Math.exp(offsets[i]!));
    const total = scaled.reduce((sum, value) => sum + value, 0);
    scaled.forEach((value, i) => expect(biased[40 + i]).toBeCloseTo(value / total, 5));
  });

  it('drops weights after the softmax and reports them before', async () => {
    const [query, key, value] = someInputs();
    const plain = attend([query!, key!, value!]);
    const dropped = attend([query!, key!, value!], { dropout: { rate: 0.5, seed: 9 } });
    await expectTensorsClose(dropped.attentions, plain.attentions, 0);
    const identity = attend([query!, key!, eyes()], { dropout: { rate: 0.5, seed: 9 } }).attended;
    await expectTensorsClose(identity, dropout(plain.attentions, 0.5, 9), 1e-6);
  });

  it('leaves no tensor behind', async () => {
    const bias = keepTwoOrNone();
    await expectLeakFree((...inputs) => {
      const { attended, attentions } = attend(inputs, { bias, dropout: { rate: 0.3, seed: 4 } });
      attentions.dispose();
      return attended;
    }, someInputs());
  });
});

/** Values that make the attended states the weights themselves. */
function eyes(): Tensor4D {
  const one = Array.from({ length: 25 }, (_, i) => (i % 6 === 0 ? 1 : 0));
  return mul(tensor(one, [1, 1, 5, 5]), ones([2, 2, 1, 1]));
}

it('names what does not fit', async () => {
  await useBackend('cpu');
  const [query, key, value] = someInputs();
  const [wrongKey, wrongValue] = [seededNormal([2, 2, 5, 4], 1), seededNormal([2, 2, 6, 3], 1)];
  const [flat, bias] = [seededNormal([2, 3], 1), seededNormal([2, 1, 1, 4], 1) as Tensor4D];
  await expectCleanThrow(() => attend([flat, key!, value!]), 'attention: query must be of rank 4, got [2, 3].');
  await expectCleanThrow(
    () => attend([query!, wrongKey, value!]),
    'attention: key must be [2, 2, S, 3], got [2, 2, 5, 4].',
  );
  await expectCleanThrow(
    () => attend([query!, key!, wrongValue]),
    'attention: value must be [2, 2, 5, Dv], got [2, 2, 6, 3].',
  );
  await expectCleanThrow(
    () => attend([query!, key!, value!], { bias }),
    'attention: bias must be [2 or 1, 2 or 1, 4 or 1, 5], got [2, 1, 1, 4].',
  );
  await expectCleanThrow(
    () => attend([query!, key!, value!], { dropout: { rate: 2, seed: 1 } }),
    'dropout: rate must be in [0, 1), got 2.',
  );
});
