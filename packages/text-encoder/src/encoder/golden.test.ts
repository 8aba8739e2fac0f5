import { backendsUnderTest, expectGradientsClose, expectTensorsClose, onBackends } from '@crossmodal/testing';
import { type TensorData } from '@crossmodal/weights';
import {
  add,
  dispose,
  expandDims,
  mul,
  type Scalar,
  sum,
  type Tensor,
  tensor,
  type Tensor2D,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenIds, goldenValue, readGoldenTensors } from '../__fixtures__/goldenTensors.js';
import { fixtures } from '../__fixtures__/readFixture.js';
import { BertEncoder } from './BertEncoder.js';
import { ClipTextEncoder } from './ClipTextEncoder.js';
import { DistilBertEncoder } from './DistilBertEncoder.js';
import { RobertaEncoder } from './RobertaEncoder.js';
import { type TextInputs } from './TextInputs.js';

// A GPU compiles its programs anew for each model: one of each architecture shows there that its kernels compute the same.
const letters = backendsUnderTest().includes('webgpu') ? ['a'] : ['a', 'b', 'c'];
const models = letters.flatMap((letter) => [
  [`bert-${letter}`, BertEncoder] as const,
  [`distilbert-${letter}`, DistilBertEncoder] as const,
  [`roberta-${letter}`, RobertaEncoder] as const,
  [`clip-${letter}`, ClipTextEncoder] as const,
]);
/** Two batches of different length; the first has token types where there are any. */
const cases = ['first', 'second'] as const;

onBackends(backendsUnderTest(), () => {
  describe.each(models)('an encoder against Python: %s', (name, Encoder) => {
    const folder = `encoders/${name}`;

    it.each(cases)('gives the same values for the %s batch', async (batch) => {
      const golden = await readGoldenTensors(folder);
      const encoder = await Encoder.load(join(fixtures, folder));
      const outputs = encoder.call(inputsOf(golden, batch));
      for (const [output, value] of Object.entries({ ...outputs }) as [string, Tensor][]) {
        await expectTensorsClose(value, goldenValue(golden, `${batch}.${output}`));
      }
      expect(Object.keys(outputs).sort()).toEqual(
        ['lastHiddenState', 'poolerOutput', 'textEmbeds'].filter((output) => golden.has(`${batch}.${output}`)),
      );
      dispose({ ...outputs });
      encoder.dispose();
    });

    it.each(cases)('gives every parameter the same gradient for the %s batch', async (batch) => {
      const golden = await readGoldenTensors(folder);
      const encoder = await Encoder.load(join(fixtures, folder));
      const inputs = inputsOf(golden, batch);
      const parameters = encoder.namedParameters();
      const { value, grads } = variableGrads(
        () => contract(encoder.call(inputs), inputs.attentionMask),
        [...parameters.values()],
      );
      const prefix = `${batch}.gradient.`;
      const expected = [...golden.keys()]
        .filter((key) => key.startsWith(prefix))
        .map((key) => key.slice(prefix.length));
      expect([...parameters.keys()].sort()).toEqual(expected.map((path) => ownPath(name, path)).sort());
      for (const path of expected) {
        const gradient = grads[parameters.get(ownPath(name, path))!.name];
        expect(gradient, path).toBeDefined();
        // Softmax ignores what is added to all keys: exactly zero, so that only rounding is left.
        if (/(key|k_lin|k_proj)\.bias$/.test(path))
          expect(Math.max(...(await gradient!.data()).map(Math.abs))).toBeLessThan(1e-4);
        else await expectGradientsClose(gradient!, goldenValue(golden, prefix + path));
      }
      dispose([value, grads]);
      encoder.dispose();
    });

    it('pools the same in every way that it can', async () => {
      const golden = await readGoldenTensors(folder);
      for (const pooling of ['mean', name.startsWith('clip') ? 'eos' : 'cls'] as const) {
        const encoder = await Encoder.load(join(fixtures, folder), { pooling });
        const { poolerOutput } = encoder.call(inputsOf(golden, 'first'));
        await expectTensorsClose(
          poolerOutput,
          goldenValue(golden, `first.${pooling === 'eos' ? 'poolerOutput' : pooling}`),
        );
        encoder.dispose();
      }
    });
  });
});

onBackends(backendsUnderTest(), () => {
  it('opens what 20 steps of AdamW in Python left', async () => {
    const golden = await readGoldenTensors('encoders/trained');
    const encoder = await BertEncoder.load(join(fixtures, 'encoders/trained'));
    const outputs = encoder.call({
      inputIds: goldenIds(golden, 'input_ids')!,
      attentionMask: goldenIds(golden, 'attention_mask'),
    });
    await expectTensorsClose(outputs.lastHiddenState, goldenValue(golden, 'lastHiddenState'));
    await expectTensorsClose(outputs.poolerOutput, goldenValue(golden, 'poolerOutput'));
    encoder.dispose();
  });
});

/** A text tower saved alone has lost its prefix in Python, not here. */
function ownPath(name: string, path: string): string {
  return name === 'clip-c' ? `text_model.${path}` : path;
}

function inputsOf(
  golden: ReadonlyMap<string, TensorData>,
  batch: (typeof cases)[number],
): TextInputs & { readonly attentionMask: Tensor2D } {
  return {
    inputIds: goldenIds(golden, `${batch}.input_ids`)!,
    attentionMask: goldenIds(golden, `${batch}.attention_mask`)!,
    tokenTypeIds: goldenIds(golden, `${batch}.token_type_ids`),
  };
}

/** One number from all outputs, without states of padding; written identically in fixtures/encoders.py. */
function contract(outputs: object, attentionMask: Tensor2D): Scalar {
  const parts = (Object.entries(outputs) as [string, Tensor][])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, output], phase) => {
      const weights = Float32Array.from({ length: output.size }, (_, i) => Math.sin(i * 0.7 + phase));
      const weighted = mul(output, tensor(weights, output.shape));
      return sum(name === 'lastHiddenState' ? mul(weighted, expandDims(attentionMask, 2)) : weighted);
    });
  return parts.reduce((total, part) => add(total, part)) as Scalar;
}
