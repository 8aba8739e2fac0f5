import { backendsUnderTest, expectGradientsClose, expectTensorsClose, onBackends } from '@crossmodal/testing';
import { type TensorData } from '@crossmodal/weights';
import {
  add,
  dispose,
  mul,
  type Scalar,
  sum,
  type Tensor,
  tensor,
  type Tensor4D,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixtures, goldenTensor, goldenValue, readGoldenTensors } from './__fixtures__/goldenTensors.js';
import { type AnyImageEncoder, AutoImageEncoder } from './AutoImageEncoder.js';

/** `usual` has the size of the configuration, `other` another one, which is not square. */
const cases = ['usual', 'other'] as const;

onBackends(backendsUnderTest(), () => {
  describe.each(['clip-a', 'clip-b', 'clip-c', 'clip-d', 'vit-a', 'vit-b', 'vit-c'])(
    'an encoder against Python: %s',
    (name) => {
      const folder = `encoders/${name}`;

      it.each(cases)('gives the same values for pictures of the %s size', async (size) => {
        const golden = await readGoldenTensors(folder);
        const encoder = await AutoImageEncoder.load(join(fixtures, folder));
        const outputs = callWith(encoder, golden, size);
        expect(Object.keys(outputs).sort()).toEqual(outputNames(golden, size));
        for (const [output, value] of Object.entries(outputs)) {
          await expectTensorsClose(value, goldenValue(golden, `${size}.${output}`));
        }
        dispose(outputs);
        encoder.dispose();
      });

      it.each(cases)('gives every parameter the same gradient for pictures of the %s size', async (size) => {
        const golden = await readGoldenTensors(folder);
        const encoder = (await AutoImageEncoder.load(join(fixtures, folder))).train();
        const parameters = encoder.namedParameters();
        const { value, grads } = variableGrads(
          () => contract(callWith(encoder, golden, size)),
          [...parameters.values()],
        );
        const prefix = `${size}.gradient.`;
        const expected = [...golden.keys()]
          .filter((key) => key.startsWith(prefix))
          .map((key) => key.slice(prefix.length));
        expect([...parameters.keys()].sort()).toEqual(expected.sort());
        for (const [path, parameter] of parameters) {
          const gradient = grads[parameter.name];
          expect(gradient, path).toBeDefined();
          // Softmax ignores what is added to all keys: exactly zero, so that only rounding is left.
          if (/\.(k_proj|key)\.bias$/.test(path))
            expect(Math.max(...(await gradient!.data()).map(Math.abs))).toBeLessThan(1e-4);
          else await expectGradientsClose(gradient!, goldenValue(golden, `${prefix}${path}`));
        }
        dispose([value, grads]);
        encoder.dispose();
      });
    },
  );
});

function callWith(
  encoder: AnyImageEncoder,
  golden: ReadonlyMap<string, TensorData>,
  size: (typeof cases)[number],
): Record<string, Tensor> {
  const pixelValues = goldenTensor(golden, `${size}.pixelValues`) as Tensor4D;
  // A pooler's output is there or its key is not.
  return { ...encoder.call({ pixelValues, interpolatePosEncoding: size === 'other' }) } as Record<string, Tensor>;
}

function outputNames(golden: ReadonlyMap<string, TensorData>, size: string): string[] {
  const known = ['imageEmbeds', 'lastHiddenState', 'patchStates', 'poolerOutput'];
  return known.filter((name) => golden.has(`${size}.${name}`));
}

/** One number from all outputs; written identically in fixtures/encoders.py. */
function contract(outputs: Readonly<Record<string, Tensor>>): Scalar {
  const parts = Object.entries(outputs)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, output], phase) => {
      const weights = Float32Array.from({ length: output.size }, (_, i) => Math.sin(i * 0.7 + phase));
      return sum(mul(output, tensor(weights, output.shape)));
    });
  return parts.reduce((total, part) => add(total, part)) as Scalar;
}
