import { useBackend } from '@crossmodal/testing';
import {
  dispose,
  memory,
  mul,
  profile,
  range,
  sin,
  square,
  tidy,
  variable,
  type Tensor1D,
  type Variable,
} from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { packSize } from '../gradients/packTensors.js';
import { type AdamWNumbers, adamWUpdate } from './adamWUpdate.js';
import { type PackMoments, updatePack } from './updatePack.js';

/** Not a multiple of a piece. */
const size = 4 * packSize + 5;

const numbers: AdamWNumbers = {
  learningRate: 0.02,
  weightDecay: 0.1,
  betas: [0.9, 0.99],
  epsilon: 1e-6,
  steps: 3,
  gradientScale: 0.7,
};

interface Tensors extends PackMoments {
  readonly parameter: Variable;
  readonly gradient: Tensor1D;
}

const wave = (step: number): Tensor1D => sin(mul<Tensor1D>(range(0, size), step));

function makeTensors(): Tensors {
  return tidy(() => ({
    parameter: variable(wave(1)),
    gradient: wave(2),
    first: mul<Tensor1D>(wave(3), 0.01),
    second: square(mul<Tensor1D>(wave(4), 0.01)),
  }));
}

function update({ parameter, gradient, ...moments }: Tensors): PackMoments {
  return tidy(() => {
    const { first, second } = updatePack({ parameters: [parameter], gradients: [gradient], ...moments }, numbers);
    return { first, second };
  });
}

it('updates a large parameter in pieces to the same bits as at once', async () => {
  await useBackend('wasm');
  const [whole, inPieces] = [makeTensors(), makeTensors()];
  const { parameter, first, second, gradient } = whole;
  const expected = adamWUpdate({ parameter: parameter as unknown as Tensor1D, first, second, gradient }, numbers);
  const moments = update(inPieces);
  const pairs = [
    [inPieces.parameter, expected.parameter],
    [moments.first, expected.first],
    [moments.second, expected.second],
  ] as const;
  for (const [received, wanted] of pairs) {
    expect(Buffer.compare(await bytesOf(received), await bytesOf(wanted))).toBe(0);
  }
  dispose([parameter, gradient, inPieces.parameter, inPieces.gradient, ...pairs.flat()]);
});

it('makes nothing of the size of a large parameter but its successor and the new moments, and leaves no tensor', async () => {
  await useBackend('wasm');
  const tensors = makeTensors();
  const before = memory().numTensors;
  let moments: PackMoments | undefined;
  const { kernels } = await profile(() => {
    moments = update(tensors);
    return moments.first;
  });
  const large = kernels.filter(({ outputShapes }) => outputShapes.some((shape) => shape[0] === size));
  const makers = large.map(({ name }) => name).filter((name) => name !== 'Reshape' && name !== 'Identity');
  expect(makers).toEqual(['Concat', 'Concat', 'Concat']);
  expect([tensors.first, tensors.second].map(({ isDisposed }) => isDisposed)).toEqual([true, true]);
  expect(memory().numTensors).toBe(before);
  dispose([tensors.parameter, tensors.gradient, moments?.first ?? [], moments?.second ?? []]);
});

async function bytesOf(values: Tensor1D | Variable): Promise<Buffer> {
  const { buffer, byteOffset, byteLength } = await values.data<'float32'>();
  return Buffer.from(buffer, byteOffset, byteLength);
}
