import { expectTensorsClose } from '@crossmodal/testing';
import '@tensorflow/tfjs-backend-cpu';
import { add, matMul, setBackend, tensor1d, type Tensor2D, tanh, tensor2d, transpose } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { runOnnx } from '../__fixtures__/runOnnx.js';
import { encodeModel } from './encodeModel.js';
import { GraphBuilder } from './GraphBuilder.js';
import { mergeLinears } from './mergeLinears.js';
import { bytesOf } from './OnnxTensor.js';

const wave = (size: number, step: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => Math.sin(i * step + step));

/** A graph of linear layers on `x` `[batch, 4]` or on `tanh(x)`. */
class Layers {
  readonly graph = new GraphBuilder();
  readonly expected = new Map<string, (x: Tensor2D) => Tensor2D>();

  constructor() {
    this.graph.input({ name: 'x', type: 'float32', shape: ['batch', 4] });
  }

  add(name: string, outputs: number, { input = 'x', bias = outputs }: { input?: string; bias?: number } = {}): this {
    const [weights, biases] = [wave(4 * outputs, 0.7 + outputs), wave(bias, 0.3 * outputs)];
    const own = [this.graph.constant({ type: 'float32', shape: [outputs, 4], bytes: bytesOf(weights) }, `${name}.w`)];
    if (bias > 0)
      own.push(this.graph.constant({ type: 'float32', shape: [bias], bytes: bytesOf(biases) }, `${name}.b`));
    this.graph.add('Gemm', [input, ...own], { transB: 1 }, name);
    this.graph.outputs.push({ name, type: 'float32', shape: ['batch', outputs] });
    const shift = (y: Tensor2D): Tensor2D => (bias > 0 ? add<Tensor2D>(y, tensor1d(biases)) : y);
    const product = (x: Tensor2D): Tensor2D => shift(matMul(x, transpose(tensor2d(weights, [outputs, 4]))));
    this.expected.set(name, (x) => product(input === 'x' ? x : tanh(x)));
    return this;
  }

  tanh(): this {
    this.graph.add('Tanh', ['x'], {}, 't');
    return this;
  }

  get ops(): string[] {
    return this.graph.nodes.map(({ op }) => op).filter((op) => op !== 'Shape' && op !== 'Gather');
  }
}

describe('mergeLinears', () => {
  beforeAll(() => setBackend('cpu'));

  const expectSameAfter = async (layers: Layers): Promise<void> => {
    mergeLinears(layers.graph);
    const x = tensor2d(wave(12, 0.9), [3, 4]);
    const found = await runOnnx(encodeModel(layers.graph, new Map()), { x });
    expect(found.size).toBe(layers.expected.size);
    for (const [name, call] of layers.expected) {
      const { shape } = call(x);
      await expectTensorsClose(found.get(name)!, { shape, values: await call(x).data() }, 1e-6);
    }
  };

  it('makes one product of layers that read the same input, whatever their widths', async () => {
    const layers = new Layers().add('query', 3).add('key', 5).tanh().add('value', 2);
    await expectSameAfter(layers);
    expect(layers.ops).toEqual(['Concat', 'Concat', 'Gemm', 'Split', 'Tanh']);
    expect([...layers.graph.initializers.keys()]).toEqual(expect.arrayContaining(['query.w', 'key.b', 'value.w']));
  });

  it('keeps apart what reads another input, has no bias, or one that is repeated', async () => {
    const layers = new Layers().add('a', 3).tanh().add('b', 3, { input: 't' }).add('c', 4, { bias: 0 }).add('d', 2, { bias: 1 }); // prettier-ignore
    await expectSameAfter(layers);
    expect(layers.ops).toEqual(['Gemm', 'Tanh', 'Gemm', 'Gemm', 'Gemm']);
  });

  it('merges layers without bias among themselves', async () => {
    const layers = new Layers().add('a', 3, { bias: 0 }).add('b', 2).add('c', 4, { bias: 0 });
    await expectSameAfter(layers);
    expect(layers.ops).toEqual(['Concat', 'Gemm', 'Split', 'Gemm']);
  });

  it('leaves products alone whose weight is computed', async () => {
    const layers = new Layers().add('a', 3, { bias: 0 });
    const weight = layers.graph.add('Identity', ['a.w']);
    layers.graph.add('Gemm', ['x', weight], { transB: 1 }, 'again');
    layers.graph.outputs.push({ name: 'again', type: 'float32', shape: ['batch', 3] });
    layers.expected.set('again', layers.expected.get('a')!);
    await expectSameAfter(layers);
    expect(layers.ops).toEqual(['Gemm', 'Identity', 'Gemm']);
  });
});
