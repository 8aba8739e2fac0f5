import {
  expectGradientsClose,
  expectTensorsClose,
  goldenTensor,
  goldenValue,
  readGolden,
  type GoldenFile,
} from '@crossmodal/testing';
import { add, dispose, grads, mul, scalar, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** The golden values of all ops, from `fixtures/generate.py`. */
export function readOpsGolden(): Promise<GoldenFile> {
  return readGolden(new URL('../../fixtures/ops.json', import.meta.url));
}

/** The golden values of the blocks, from `fixtures/generate.py`. */
export function readBlocksGolden(): Promise<GoldenFile> {
  return readGolden(new URL('../../fixtures/blocks.json', import.meta.url));
}

/** One golden case: which inputs get gradients, and how its outputs are computed. */
export interface GoldenCase {
  readonly golden: GoldenFile;
  readonly name: string;
  readonly inputs: readonly string[];
  /** Output names as in the golden file; tensors of its own are disposed by the check. */
  readonly compute: (inputs: Tensor[]) => Record<string, Tensor>;
}

/** Compares outputs (1e-5 absolute: float32 rounding of short chains) and the gradients of all inputs with PyTorch's in float64. */
export async function expectGoldenCase({ golden, name, inputs, compute }: GoldenCase): Promise<void> {
  const values = inputs.map((input) => goldenTensor(golden, `${name}.${input}`));
  const outputs = tidy(() => compute(values));
  for (const [output, actual] of Object.entries(outputs)) {
    await expectTensorsClose(actual, goldenValue(golden, `${name}.output.${output}`));
  }
  const gradients = tidy(() => grads((...moved: Tensor[]) => contract(golden, name, compute(moved)))(values));
  for (const [i, gradient] of gradients.entries()) {
    await expectGradientsClose(gradient, goldenValue(golden, `${name}.gradient.${inputs[i] ?? ''}`));
  }
  dispose([values, outputs, gradients]);
}

/** The sum of all outputs times their golden cotangents. */
export function contract(golden: GoldenFile, name: string, outputs: Record<string, Tensor>): Tensor {
  return Object.entries(outputs).reduce<Tensor>(
    (total, [output, value]) => add(total, sum(mul(value, goldenTensor(golden, `${name}.cotangent.${output}`)))),
    scalar(0),
  );
}
