import {
  backendsUnderTest,
  expectGradientsClose,
  expectTensorsClose,
  goldenTensor,
  goldenValue,
  onBackends,
  readGolden,
} from '@crossmodal/testing';
import {
  dispose,
  mul,
  sum,
  type Scalar,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tidy,
  Variable,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { CrossModalAttention, type CrossModalAttentionOptions } from './CrossModalAttention.js';
import { PooledCrossModalAttention } from './PooledCrossModalAttention.js';
import type { ProjectionLayer } from './ProjectionLayer.js';

const golden = await readGolden(new URL('../fixtures/cross-modal-attention.json', import.meta.url));

const cases: Record<string, CrossModalAttentionOptions> = {
  multiHead: { hiddenSize: 8, numAttentionHeads: 2 },
  otherSizes: { hiddenSize: 6, numAttentionHeads: 3 },
  masks: { hiddenSize: 8, numAttentionHeads: 4 },
  nullKey: { hiddenSize: 8, numAttentionHeads: 2, nullKey: true },
  nullKeyAndMasks: { hiddenSize: 8, numAttentionHeads: 2, nullKey: true },
  tanhGate: { hiddenSize: 4, gate: 'tanh' },
  sigmoidGate: { hiddenSize: 8, numAttentionHeads: 2, gate: 'sigmoid' },
  sigmoidGateAndNullKey: { hiddenSize: 8, numAttentionHeads: 2, gate: 'sigmoid', nullKey: true },
  rank2: { hiddenSize: 8, numAttentionHeads: 2, nullKey: true },
  rank2Query: { hiddenSize: 8, numAttentionHeads: 2 },
};

onBackends(backendsUnderTest(), () => {
  describe.each(Object.entries(cases))('CrossModalAttention, golden case %s', (name, options) => {
    it('agrees with PyTorch in its outputs and in the gradient of every weight and input', async () => {
      const layer = new CrossModalAttention(options);
      const { inputs, weights } = load(name, layer);
      const masks = readMasks(name);
      const { query, key } = inputs;
      // The golden file holds rank 2 or 3, both of which attend takes.
      const attend = () => layer.attend({ query: query as Tensor3D, key: key as Tensor3D, ...masks });

      const { attended, crossAttentions, nullAttention } = attend();
      await expectTensorsClose(attended, goldenValue(golden, `${name}/output.attended`));
      await expectTensorsClose(crossAttentions, goldenValue(golden, `${name}/output.crossAttentions`));
      expect(nullAttention !== undefined).toBe(layer.nullKey);
      if (nullAttention) await expectTensorsClose(nullAttention, goldenValue(golden, `${name}/output.nullAttention`));

      await expectGoldenGradients(name, { inputs, weights }, () => attend().attended);
      layer.dispose();
    });
  });

  it('PooledCrossModalAttention agrees with the original form in PyTorch, gradients included', async () => {
    const layer = new PooledCrossModalAttention({ hiddenSize: 8 });
    const { inputs, weights } = load('pooled', layer);
    // Of rank 2 in the golden file.
    const attend = () => layer.attend({ query: inputs.query as Tensor2D, key: inputs.key as Tensor2D });
    const { attended, crossAttentions } = attend();
    await expectTensorsClose(attended, goldenValue(golden, 'pooled/output.attended'));
    await expectTensorsClose(crossAttentions, goldenValue(golden, 'pooled/output.crossAttentions'));
    await expectGoldenGradients('pooled', { inputs, weights }, () => attend().attended);
    layer.dispose();
  });
});

interface Loaded {
  readonly inputs: { readonly query: Variable; readonly key: Variable };
  readonly weights: ReadonlyMap<string, Variable>;
}

/** Makes variables of a case's inputs and writes its weights into the layer. */
function load(name: string, layer: ProjectionLayer): Loaded {
  const inputs = {
    query: variable(goldenTensor(golden, `${name}/input.query`)),
    key: variable(goldenTensor(golden, `${name}/input.key`)),
  };
  layer.build([inputs.query.shape, inputs.key.shape]);
  const weights = new Map<string, Variable>();
  for (const weight of layer.weights) {
    weight.write(goldenTensor(golden, `${name}/weight.${weight.originalName}`));
    const value = weight.read();
    if (!isVariable(value)) throw new TypeError(`${weight.originalName} is not a variable.`);
    weights.set(weight.originalName, value);
  }
  const expected = Object.keys(golden).filter((entry) => entry.startsWith(`${name}/weight.`));
  expect(weights.size).toBe(expected.length);
  return { inputs, weights };
}

function readMasks(name: string): { queryMask?: Tensor2D; keyMask?: Tensor2D } {
  const read = (mask: string) => goldenTensor(golden, `${name}/mask.${mask}`) as Tensor2D; // of rank 2 in the file
  return {
    ...(`${name}/mask.query` in golden && { queryMask: read('query') }),
    ...(`${name}/mask.key` in golden && { keyMask: read('key') }),
  };
}

async function expectGoldenGradients(name: string, { inputs, weights }: Loaded, run: () => Tensor3D | Tensor2D) {
  const upstream = goldenTensor(golden, `${name}/upstream`);
  const variables = new Map([['input.query', inputs.query], ['input.key', inputs.key]]); // prettier-ignore
  for (const [path, weight] of weights) variables.set(`weight.${path}`, weight);
  const { grads, value } = variableGrads(() => tidy(() => sum<Scalar>(mul(run(), upstream))), [...variables.values()]);
  for (const [path, { name: variableName }] of variables) {
    const gradient = grads[variableName];
    if (!gradient) throw new Error(`${name}: ${path} got no gradient.`);
    await expectGradientsClose(gradient, goldenValue(golden, `${name}/gradient.${path}`));
  }
  dispose([value, upstream, ...Object.values(grads)]);
}

function isVariable(tensor: Tensor): tensor is Variable {
  return tensor instanceof Variable;
}
