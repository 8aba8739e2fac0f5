import { expectNoLeaks, expectTensorsClose, measurePeakBytes, seededNormal, useBackend } from '@crossmodal/testing';
import {
  add,
  concat,
  customGrad,
  dispose,
  engine,
  grad,
  grads,
  keep,
  memory,
  mul,
  ones,
  onesLike,
  type Scalar,
  sin,
  slice,
  split,
  square,
  sum,
  type Tensor,
  tidy,
  variable,
  type Variable,
  variableGrads,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withGradient } from '../ops/withGradient.js';
import { withEarlyRelease } from './withEarlyRelease.js';

let weights: Variable[];

beforeEach(async () => {
  await useBackend('cpu');
  weights = [1, 2, 3].map((seed) => variable(seededNormal([4, 6], seed)));
});

afterEach(() => dispose(weights));

/** An addition by hand that gives both inputs the very tensor that came in. */
function addByHand(a: Tensor, b: Tensor): Tensor {
  return customGrad((...received) => {
    const [x, y] = received as Tensor[];
    return { value: add(x!, y!), gradFunc: (dy: Tensor) => [dy, dy] };
  })(a, b);
}

/** The same with one new tensor for both. */
function addAnew(a: Tensor, b: Tensor): Tensor {
  const slope = (dy: Tensor): Tensor[] => {
    const copy = mul(dy, 1);
    return [copy, copy];
  };
  return withGradient([a, b], () => ({ value: add(a, b), saved: [] }), slope);
}

/** `3x`, whose gradient is what the forward pass saved: right where ones come in. */
function tripleByHand(x: Tensor): Tensor {
  return withGradient(
    [x],
    () => ({ value: mul(x, 3), saved: [mul(onesLike(x), 3)] }),
    (_, saved) => saved,
  );
}

type Computation = (a: Tensor, b: Tensor, c: Tensor) => Tensor;

/** Ways in which gradients meet, end and share tensors; the last is the same without operations by hand. */
const computations: readonly (readonly [string, Computation, Computation?])[] = [
  ['a chain', (a, b) => sin(mul(sin(mul(a, 2)), sin(b)))],
  ['one tensor in both places', (a) => square(mul(sin(a), sin(a)))],
  ['one tensor in many places', (a, b) => { const x = sin(a); return add(add(mul(x, b), square(x)), add(x, mul(x, x))); }],
  ['residual streams', (a, b, c) => { const x = add(a, sin(mul(a, b))); return add(x, sin(mul(x, c))); }],
  ['an output on which nothing depends', (a, b) => mul(split(sin(a), 2, 1)[1]!, slice(b, [0, 0], [4, 3]))],
  ['outputs that meet again', (a) => square(concat(split(sin(a), 2, 1).reverse(), 1))],
  ['operations that nothing depends on', (a, b) => { square(sin(b)); return sin(sin(a)); }],
  ['gradients that pass on what came in', (a, b) => sin(addByHand(sin(a), sin(b))), (a, b) => sin(add(sin(a), sin(b)))],
  ['twice what came in', (a, b) => { const x = mul(a, b); return sin(addByHand(x, x)); }, (a, b) => { const x = mul(a, b); return sin(add(x, x)); }],
  ['a sum to which what came in is added', (a, b) => { const x = mul(a, b); return addByHand(sin(x), addByHand(sin(b), x)); }, (a, b) => { const x = mul(a, b); return add(sin(x), add(sin(b), x)); }],
  ['one new tensor for two inputs', (a, b) => sin(addAnew(sin(a), sin(b))), (a, b) => sin(add(sin(a), sin(b)))],
  ['a gradient that was saved', (a) => tripleByHand(sin(a)), (a) => mul(sin(a), 3)],
  ['a weight itself', (a) => a],
]; // prettier-ignore

function lossOf(compute: Computation): Scalar {
  return tidy(() => sum<Scalar>(compute(weights[0]!, weights[1]!, weights[2]!)));
}

const cases = computations.map(([name, compute, same = compute]) => ({ name, compute, same }));

it.each(cases)('gives the same value and gradients, and leaves nothing behind: $name', async ({ compute, same }) => {
  const expected = variableGrads(() => lossOf(same), weights);
  const before = memory().numTensors;
  const received = variableGrads(
    withEarlyRelease(() => lossOf(compute)),
    weights,
  );
  expect(memory().numTensors - before).toBe(1 + weights.filter(({ name }) => expected.grads[name]).length);
  await expectTensorsClose(received.value, expected.value, 0);
  for (const { name } of weights) {
    const wanted = expected.grads[name];
    if (!wanted) expect(received.grads[name]).toBeUndefined();
    else await expectTensorsClose(received.grads[name]!, wanted, 1e-6);
  }
  dispose([expected.value, expected.grads, received.value, received.grads]);
});

/** How many tensors of a weight's size are held at the peak. */
function peakOf(loss: () => Scalar): number {
  const bytes = measurePeakBytes(() => {
    const { value, grads: gradients } = variableGrads(loss, weights);
    dispose([value, gradients]);
  });
  return bytes / 4 / weights[0]!.size;
}

it('frees what was saved when the backward pass has gone over it', () => {
  dispose(weights);
  weights = Array.from({ length: 20 }, (_, seed) => variable(seededNormal([4, 6], seed)));
  // Each product saves a stream and makes a gradient that is wanted.
  const products = (): Scalar =>
    tidy(() => sum<Scalar>(weights.reduce<Tensor>((x, weight) => mul(x, weight), ones([4, 6]))));
  expect(peakOf(products)).toBeGreaterThan(55);
  expect(peakOf(withEarlyRelease(products))).toBeLessThan(26);
});

it('frees the gradients between operations, also those that were added to others', () => {
  // Saves nothing, unlike TensorFlow.js' own addition.
  const half = (x: Tensor): Tensor =>
    withGradient(
      [x, x],
      () => ({ value: mul(x, 0.5), saved: [] }),
      (dy) => [mul(dy, 0.25), mul(dy, 0.25)],
    );
  const halves = (): Scalar =>
    tidy(() => {
      let x: Tensor = weights[0]!.clone();
      for (let i = 0; i < 20; i += 1) {
        const before = x;
        x = half(before);
        before.dispose();
      }
      return sum<Scalar>(x);
    });
  expect(peakOf(halves)).toBeGreaterThan(40);
  expect(peakOf(withEarlyRelease(halves))).toBeLessThan(8);
});

it('frees gradients by hand that nobody asked for', () => {
  const [weight] = weights;
  const inputs = Array.from({ length: 10 }, () => ones([40, 6]));
  const peak = measurePeakBytes(() => {
    const { value, grads: gradients } = variableGrads(
      withEarlyRelease(() =>
        tidy(() => {
          let x: Tensor = sum(weight!);
          for (const input of inputs) {
            x = withGradient(
              [x, input],
              () => ({ value: add(x, 1), saved: [] }),
              (dy) => [add(dy, 0), zerosLike(input)],
            );
          }
          return x as Scalar;
        }),
      ),
      [weight!],
    );
    dispose([value, gradients]);
  });
  expect(peak).toBeLessThan(3 * inputs[0]!.size * 4);
  dispose(inputs);
});

it('leaves alone what came from outside', async () => {
  const [x, outside, dy] = [seededNormal([4, 6], 4), seededNormal([4, 6], 5), seededNormal([4, 6], 6)];
  const constantSlope = customGrad((...received) => ({
    value: mul(received[0] as Tensor, 2),
    gradFunc: () => outside,
  }));
  const f = (input: Tensor): Tensor => withEarlyRelease(() => tidy(() => mul(constantSlope(sin(input)), 2)))();
  await expectNoLeaks(() => dispose(grad(f)(x, dy)));
  // What comes in is the first part of a sum, which TensorFlow.js frees when it adds the second.
  const twice = (input: Tensor): Tensor => withEarlyRelease(() => addByHand(input, input))();
  dispose(grad(twice)(x, dy));
  expect([x, outside, dy].map(({ isDisposed }) => isDisposed)).toEqual([false, false, false]);
  dispose([x, outside, dy]);
});

it('leaves alone what a gradient by hand has kept', () => {
  let slope: Tensor | undefined;
  const once = customGrad((...received) => ({
    value: mul(received[0] as Tensor, 2),
    gradFunc: (dy: Tensor) => (slope = keep(mul(dy, 2))),
  }));
  const { value, grads: gradients } = variableGrads(
    withEarlyRelease(() => tidy(() => sum<Scalar>(once(sin(sin(weights[0]!)))))),
    weights,
  );
  expect(slope?.isDisposed).toBe(false);
  dispose([value, gradients, slope!]);
});

it('frees nothing that an outer differentiation goes over again', async () => {
  const slopeOf = (x: Tensor): Tensor => grad((y) => withEarlyRelease(() => mul(sin(y), square(y)))())(x);
  const plainSlopeOf = (x: Tensor): Tensor => grad((y) => mul(sin(y), square(y)))(x);
  const x = seededNormal([4, 6], 4);
  const [received] = grads((input: Tensor) => withEarlyRelease(() => slopeOf(input))())([x]);
  const [expected] = grads((input: Tensor) => plainSlopeOf(input))([x]);
  await expectTensorsClose(received!, expected!, 0);
  dispose([x, received!, expected!]);
});

it('throws what the function throws', () => {
  const broken = withEarlyRelease((): Scalar => {
    throw new Error('broken loss');
  });
  expect(() => variableGrads(broken, weights)).toThrow('broken loss');
  engine().state.activeTape = null as never; // TensorFlow.js leaves its record there
});
