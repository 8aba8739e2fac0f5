import { type Computation, type PlainValues, seededNormalValues } from '@crossmodal/testing';
import { tensor, type Tensor1D, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { uniformAt } from '../../random/deriveSeed.js';
import { attention } from '../attention.js';
import { embeddingLookup } from '../embeddingLookup.js';
import { type gelu } from '../gelu.js';
import { layerNorm } from '../layerNorm.js';
import { linear } from '../linear.js';
import { maskedBias } from '../maskToBias.js';
import { softmaxCrossEntropy } from '../softmaxCrossEntropy.js';

/** A computation and the kernels that it must take on a backend that has them. */
export interface FusedCase extends Computation {
  readonly name: string;
  readonly kernels: readonly string[];
}

/** `[B, T, In]` times `[Out, In]`. */
export function linearCase(
  [batch, length, inFeatures, outFeatures]: readonly [number, number, number, number],
  hasBias: boolean,
  seed: number,
): FusedCase {
  const shapes = [[batch, length, inFeatures], [outFeatures, inFeatures], ...(hasBias ? [[outFeatures]] : [])];
  return {
    name: `linear ${hasBias ? 'with bias' : 'without bias'} ${JSON.stringify(shapes)}`,
    inputs: shapes.map((shape, i) => drawn(shape, seed + i)),
    run: ([x, weight, bias]) => linear(x, weight as Tensor2D, bias as Tensor1D | undefined),
    kernels: pairOf('CrossmodalLinear'),
  };
}

export function layerNormCase(shape: readonly number[], seed: number): FusedCase {
  return {
    name: `layerNorm ${JSON.stringify(shape)}`,
    inputs: [drawn(shape, seed, 3), drawn(shape.slice(-1), seed + 1), drawn(shape.slice(-1), seed + 2)],
    run: ([x, weight, bias]) => layerNorm(x, weight as Tensor1D, bias as Tensor1D, 1e-5),
    kernels: pairOf('CrossmodalLayerNorm'),
  };
}

/**
 * @param activation - gelu or quickGelu
 */
export function activationCase(activation: typeof gelu, shape: readonly number[], seed: number): FusedCase {
  return {
    name: `${activation.name} ${JSON.stringify(shape)}`,
    inputs: [drawn(shape, seed, 3)],
    run: ([x]) => activation(x),
    kernels: pairOf(activation.name === 'gelu' ? 'CrossmodalGelu' : 'CrossmodalQuickGelu'),
  };
}

/** The sizes of attention in the order `B, H, T, S, Dh, Dv`. */
export type AttentionSizes = readonly [number, number, number, number, number, number];

/** Attention with numbers, masked keys and, of odd seeds, rows in which every key is masked as bias. */
export function attentionCase(
  [batch, heads, length, keys, size, valueSize]: AttentionSizes,
  biasShape: readonly [number, number, number, number] | undefined,
  seed: number,
): FusedCase {
  const shapes = [
    [batch, heads, length, size],
    [batch, heads, keys, size],
    [batch, heads, keys, valueSize],
  ];
  const bias = biasShape && Float32Array.from(biasValues(biasShape, seed));
  return {
    name: `attention ${JSON.stringify(shapes)} with bias ${JSON.stringify(biasShape ?? 'none')}, ${seed}`,
    inputs: shapes.map((shape, i) => drawn(shape, seed + i)),
    run: ([query, key, value]) =>
      attention({
        query: query as Tensor4D,
        key: key as Tensor4D,
        value: value as Tensor4D,
        bias: bias && tensor(bias, [...biasShape]),
      }).attended,
    kernels: [...pairOf('CrossmodalAttentionWeights'), ...pairOf('CrossmodalWeightedSum')],
  };
}

/** Every form in which the bias of attention may be broadcast. */
export function biasShapes([batch, heads, length, keys]: AttentionSizes): [number, number, number, number][] {
  return [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => [
    bits & 1 ? batch : 1,
    bits & 2 ? heads : 1,
    bits & 4 ? length : 1,
    keys,
  ]);
}

export function embeddingCase([entries, width, count]: readonly [number, number, number], seed: number): FusedCase {
  const ids = Array.from({ length: count }, (_, i) => Math.floor(entries * uniformAt(seed, i)));
  return {
    name: `embeddingLookup of ${count} rows of [${entries}, ${width}], ${seed}`,
    inputs: [drawn([entries, width], seed)],
    run: ([table]) => embeddingLookup(table as Tensor2D, tensor(ids, [1, count], 'int32')),
    kernels: ['CrossmodalEmbeddingLookup', 'CrossmodalEmbeddingGrad'],
  };
}

/** What a case of {@link crossEntropyCase} may have. */
interface CrossEntropyOptions {
  /** Of the logits. */
  readonly std?: number;
  readonly labelSmoothing?: number;
  readonly hasClassWeights?: boolean;
}

export function crossEntropyCase(
  [batch, classes]: readonly [number, number],
  seed: number,
  { std = 1, labelSmoothing = 0, hasClassWeights = false }: CrossEntropyOptions = {},
): FusedCase {
  const labels = Array.from({ length: batch }, (_, i) => Math.floor(classes * uniformAt(seed, i)));
  const weights = Array.from({ length: classes }, (_, i) => 0.5 + uniformAt(seed + 1, i));
  return {
    name: `softmaxCrossEntropy [${batch}, ${classes}] ${JSON.stringify({ std, labelSmoothing, hasClassWeights })}`,
    inputs: [drawn([batch, classes], seed, std)],
    run: ([logits]) =>
      softmaxCrossEntropy(logits as Tensor2D, tensor(labels, [batch], 'int32'), {
        labelSmoothing,
        classWeights: hasClassWeights ? tensor(weights, [classes]) : undefined,
      }),
    kernels: pairOf('CrossmodalSoftmaxCrossEntropy'),
  };
}

function drawn(shape: readonly number[], seed: number, std = 1): PlainValues {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return { shape, values: seededNormalValues(size, seed, std) };
}

function pairOf(name: string): string[] {
  return [name, `${name}Grad`];
}

function biasValues([batch, heads, length, keys]: readonly [number, number, number, number], seed: number): number[] {
  const values = seededNormalValues(batch * heads * length * keys, seed);
  return Array.from(values, (value, i) => {
    const isClosedRow = seed % 2 === 1 && uniformAt(seed, Math.floor(i / keys)) < 0.4;
    const isClosed = i % keys > 0 && uniformAt(seed + 1, i) < 0.3;
    return isClosedRow || isClosed ? maskedBias : value;
  });
}
