import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadBinding } from '../native/loadBinding.js';
import { OnnxModel } from './OnnxModel.js';

/** What ONNX's own Python package wrote, and its checker accepted with ranks: fixtures/generate.py. */
const golden = JSON.parse(readFileSync(new URL('../../fixtures/models.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, string>
>;

const models: Readonly<Record<string, (model: OnnxModel) => void>> = {
  'two inputs': (model) => {
    model.node('Add', [model.input('a'), model.input('b')], {}, 'y');
    model.output('y');
  },
  'types of ports': (model) => {
    const condition = model.input('condition', 'bool');
    const [t, e] = [model.input('t', 'int32'), model.input('e', 'int32')];
    model.output(model.node('Where', [condition, t, e]), 'int32');
    model.output(model.node('Equal', [t, e]), 'bool');
  },
  constants: (model) => {
    const clipped = model.node('Clip', [model.input('x'), model.scalar(-1.5), model.scalar(0.1)]);
    const sums = model.node('ReduceSum', [clipped, model.integers([0, -1])], { keepdims: 0 });
    const scaled = model.node('Mul', [sums, model.scalar(0.1)]);
    const bytes = new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer);
    model.output(model.node('Add', [scaled, model.constant('table', 'float32', [2, 3], bytes)]));
  },
  attributes: (model) => {
    const [x, places] = [model.input('x'), model.input('places', 'int64')];
    const turned = model.node('Transpose', [x], { perm: [1, 0] });
    const product = model.node('com.microsoft:FusedMatMul', [turned, x], { alpha: { fraction: 0.125 }, transA: 1 });
    const weights = model.node('Softmax', [product], { axis: -1 });
    model.output(model.node('ScatterElements', [weights, places, x], { axis: 0, reduction: 'add' }));
  },
  'several outputs': (model) => {
    const inputs = [model.input('x'), model.input('scale')];
    model.nodes('LayerNormalization', inputs, { axis: -1, epsilon: { fraction: 1e-5 } }, ['y', '', 'inverse']);
    model.output('y');
    model.output('inverse');
  },
};

describe('OnnxModel', () => {
  it.each(Object.keys(golden))('writes %s byte for byte as the Python package does', (name) => {
    const model = new OnnxModel();
    models[name]!(model);
    expect(Buffer.from(model.encode()).toString('base64')).toBe(golden[name]);
  });

  it('keeps the order of inputs and outputs', () => {
    const model = new OnnxModel();
    models['several outputs']!(model);
    expect([model.inputNames, model.outputNames]).toEqual([
      ['x', 'scale'],
      ['y', 'inverse'],
    ]);
  });

  it('keeps zeros of both signs apart', () => {
    const model = new OnnxModel();
    expect(model.scalar(-0)).not.toBe(model.scalar(0));
  });

  it('writes what ONNX Runtime opens', () => {
    const { InferenceSession } = loadBinding();
    for (const write of Object.values(models)) {
      const model = new OnnxModel();
      write(model);
      const { buffer, byteOffset, byteLength } = model.encode();
      const session = new InferenceSession();
      session.loadModel(buffer, byteOffset, byteLength, {});
      session.dispose();
    }
  });
});
