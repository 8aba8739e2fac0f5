import { deriveSeed } from '@crossmodal/layers';
import {
  backendsUnderTest,
  expectNoLeaks,
  expectTensorsClose,
  onBackends,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import {
  abs,
  concat,
  dispose,
  gather,
  onesLike,
  type Rank,
  type Scalar,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  tensor1d,
  tensor2d,
  type Tensor4D,
  variableGrads,
  zeros,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { FakeImageEncoder } from '../__fakes__/FakeImageEncoder.js';
import { FakeTextEncoder } from '../__fakes__/FakeTextEncoder.js';
import { type EncoderNeeds, fusionFeatures, type FusionStrategy, fusionStrategies } from '../config/FusionStrategy.js';
import type { MultimodalSentimentOptions } from '../config/MultimodalSentimentConfig.js';
import type { TextEncoderInputs, TextEncoderOutput } from '../encoders/TextEncoder.js';
import { type MultimodalSentimentInputs } from './MultimodalSentimentInputs.js';
import { MultimodalSentimentModel } from './MultimodalSentimentModel.js';

// Object.keys of a record with exactly these keys.
const strategies = Object.keys(fusionStrategies) as FusionStrategy[];

function makeModel(config: MultimodalSentimentOptions = {}, dropout = 0): MultimodalSentimentModel {
  const needs = fusionStrategies[config.fusionStrategy ?? 'cross-attention'];
  return new MultimodalSentimentModel({
    config: { numLabels: 3, hiddenSize: 8, numAttentionHeads: 2, initializerRange: 0.5, ...config },
    textEncoder: needs.text ? new FakeTextEncoder({ dropout }) : undefined,
    imageEncoder: needs.image ? new FakeImageEncoder() : undefined,
    seed: 3,
  });
}

function makeBatch() {
  return {
    inputIds: tensor2d([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8], [3, 4], 'int32'),
    attentionMask: tensor2d([1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0], [3, 4], 'int32'),
    pixelValues: seededNormal([3, 4, 4, 3], 5) as Tensor4D, // rank 4
  };
}

onBackends(backendsUnderTest(), () => {
  it('gives a sample the same logits and attention whatever its batch mates are', async () => {
    for (const fusionStrategy of strategies) {
      const model = makeModel({ fusionStrategy, nullKey: true });
      const batch = makeBatch();
      const together = model.call(batch);
      for (const i of [0, 1, 2]) {
        const alone = model.call(pick(batch, [i]));
        await expectTensorsClose(alone.logits, gather(together.logits, [i]));
        if (together.crossAttentions && alone.crossAttentions) {
          await expectTensorsClose(alone.crossAttentions, gather(together.crossAttentions, [i]));
        }
      }
      await expectTensorsClose(model.call(pick(batch, [2, 0, 1])).logits, gather(together.logits, [2, 0, 1]));
    }
  });

  it('gives a sample the same logits whatever its padding holds', async () => {
    for (const fusionStrategy of strategies) {
      const model = makeModel({ fusionStrategy });
      const batch = makeBatch();
      const longer = {
        ...batch,
        inputIds: concat([batch.inputIds, tensor2d([7, 7, 8, 8, 9, 9], [3, 2], 'int32')], 1),
        attentionMask: concat([batch.attentionMask, zeros<Rank.R2>([3, 2], 'int32')], 1),
      };
      const [before, after] = [model.call(batch), model.call(longer)];
      await expectTensorsClose(after.logits, before.logits);
      if (fusionStrategy === 'cross-attention' && before.crossAttentions && after.crossAttentions) {
        await expectTensorsClose(slice(after.crossAttentions, [0, 0, 0, 0], [3, 2, 4, 4]), before.crossAttentions);
        await expectTensorsClose(slice(after.crossAttentions, [0, 0, 4, 0], [3, 2, 2, 4]), zeros([3, 2, 2, 4]), 0);
      }
    }
  });

  it('ignores the pixels of a sample without an image', async () => {
    for (const fusionStrategy of strategies) {
      const model = makeModel({ fusionStrategy, nullKey: true });
      const batch = { ...makeBatch(), imageMask: tensor1d([1, 0, 1], 'int32') };
      const noise = {
        ...batch,
        pixelValues: concat([
          slice(batch.pixelValues, 0, 1),
          seededNormal([1, 4, 4, 3], 9),
          slice(batch.pixelValues, 2, 1),
        ]) as Tensor4D,
      };
      const [before, after] = [model.call(batch), model.call(noise)];
      await expectTensorsClose(after.logits, before.logits, 0);
      if (before.crossAttentions) {
        const shape = before.crossAttentions.shape.map((size, axis) => (axis === 0 ? 1 : size));
        await expectTensorsClose(gather(before.crossAttentions, [1]), zeros(shape), 0);
      }
      if (fusionStrategy === 'image-only') {
        await expectTensorsClose(gather(before.logits, [1]), zeros([1, 3]), 0); // the bias, which starts at 0
      }
    }
  });

  it('lets gradients reach what is trainable and nothing that is frozen', async () => {
    for (const fusionStrategy of strategies) {
      for (const frozen of [/^$/, /^(text|image)Encoder\./, /^fusion\./, /^classifier\./]) {
        const model = makeModel({ fusionStrategy, classifierHiddenSize: 6, nullKey: true, gate: 'sigmoid' }).freeze(
          frozen,
        );
        const parameters = model.namedParameters();
        const trainable = [...parameters].filter(([, { trainable }]) => trainable);
        const batch = makeBatch();
        const { grads, value } = variableGrads(() => sum<Scalar>(square(model.call(batch).logits)));
        const reached = new Set(Object.keys(grads).filter((name) => Boolean(grads[name])));
        for (const [path, { name, trainable }] of parameters) {
          const used = !(fusionStrategy === 'cross-attention' && path === 'imageEncoder.projection.weight');
          expect(reached.has(name), `${fusionStrategy}, ${frozen.source}, ${path}`).toBe(trainable && used);
        }
        for (const [path, { name }] of trainable) {
          const gradient = grads[name];
          // A softmax over one key passes nothing back: what the pooled form is documented to do.
          const degenerate = /^fusion\.crossAttention\.(query|key)Transform/.test(path);
          if (gradient && !degenerate) expect(await largest(gradient), path).toBeGreaterThan(0);
        }
        dispose([value]);
        model.dispose();
      }
    }
  });

  it('drops features only in training mode, by the seed of the step', async () => {
    const model = makeModel({ hiddenDropoutProb: 0.5, attentionDropout: 0.5, classifierHiddenSize: 6 }, 0.2);
    const batch = makeBatch();
    const still = model.call(batch).logits;
    await expectTensorsClose(model.call(batch, { seed: 1 }).logits, still, 0);
    model.train();
    const dropped = model.call(batch, { seed: 1 }).logits;
    await expectTensorsClose(model.call(batch, { seed: 1 }).logits, dropped, 0);
    expect(await largest(sub(dropped, still))).toBeGreaterThan(0.01);
    expect(await largest(sub(dropped, model.call(batch, { seed: 2 }).logits))).toBeGreaterThan(0.01);
    await expectTensorsClose(model.eval().call(batch).logits, still, 0);
  });

  it('drops nothing inside an encoder of which nothing is trained', async () => {
    const model = makeModel({ hiddenDropoutProb: 0, attentionDropout: 0 }, 0.5);
    const batch = makeBatch();
    const evaluated = model.call(batch).logits;
    model.freeze(/^textEncoder\./).train();
    await expectTensorsClose(model.call(batch, { seed: 1 }).logits, evaluated);
    const dropped = model
      .unfreeze(/^textEncoder\.table/)
      .train()
      .call(batch, { seed: 1 }).logits;
    expect((await sum(abs(sub(dropped, evaluated))).data())[0]).toBeGreaterThan(0.01);
    model.dispose();
  });

  it('says the same of features as of what they were made from, of either side alone and of both', async () => {
    for (const fusionStrategy of strategies) {
      const model = makeModel({ fusionStrategy, nullKey: true });
      const { inputIds, attentionMask, ...image } = { ...makeBatch(), imageMask: tensor1d([1, 0, 1], 'int32') };
      const text = { inputIds, attentionMask };
      const { text: textFeatures, image: imageFeatures } = model.encode({ ...text, ...image });
      const expected = model.call({ ...text, ...image });
      for (const inputs of [
        { textFeatures, ...image },
        { ...text, imageFeatures },
        { textFeatures, imageFeatures },
      ]) {
        const output = model.call(inputs);
        await expectTensorsClose(output.logits, expected.logits, 0);
        if (expected.crossAttentions) {
          await expectTensorsClose(output.crossAttentions ?? zeros([0]), expected.crossAttentions, 0);
        }
      }
    }
  });

  it('needs only the features that the strategy combines', async () => {
    for (const fusionStrategy of strategies) {
      const model = makeModel({ fusionStrategy });
      const { text, image } = model.encode(makeBatch());
      const { text: textNeeds, image: imageNeeds } = fusionFeatures[fusionStrategy];
      const kept = {
        textFeatures: { attentionMask: text?.attentionMask, ...pickKeys(text, textNeeds) },
        imageFeatures: { imageMask: image?.imageMask, ...pickKeys(image, imageNeeds) },
      };
      await expectTensorsClose(model.call(kept).logits, model.call(makeBatch()).logits, 0);
      for (const [side, names] of [
        ['textFeatures', textNeeds],
        ['imageFeatures', imageNeeds],
      ] as const) {
        for (const name of names) {
          const lacking = { ...kept, [side]: { ...kept[side], [name]: undefined } };
          expect(() => model.call(lacking)).toThrow(`${name} must be given, got none. fusionFeatures lists`);
        }
      }
    }
  });

  it('sends no gradient into the encoder whose features are given', async () => {
    const model = makeModel();
    const batch = makeBatch();
    const { text } = model.encode(batch);
    const { pixelValues } = batch;
    const [raw, given] = [batch, { textFeatures: text, pixelValues }].map(
      (inputs) => variableGrads(() => sum<Scalar>(square(model.call(inputs).logits))).grads,
    );
    for (const [path, { name }] of model.namedParameters()) {
      if (path.startsWith('textEncoder.')) {
        expect(given?.[name] ?? undefined, path).toBeUndefined();
        expect(raw?.[name], path).toBeDefined();
      } else if (path !== 'imageEncoder.projection.weight') {
        await expectTensorsClose(given?.[name] ?? zeros([0]), raw?.[name] ?? zeros([1]), 0);
      }
    }
  });

  it('encodes with a frozen encoder as in evaluation, also while the rest is trained', async () => {
    const model = makeModel({ hiddenDropoutProb: 0, attentionDropout: 0 }, 0.5);
    const batch = makeBatch();
    const stateOf = (): Tensor => model.encode(batch, { seed: 1 }).text?.lastHiddenState ?? zeros([0]);
    const still = stateOf();
    model.train();
    expect(await largest(sub(stateOf(), still))).toBeGreaterThan(0.01);
    model.freeze(/^textEncoder\./).train();
    await expectTensorsClose(stateOf(), still, 0);
  });

  it('leaves no tensor behind', async () => {
    for (const fusionStrategy of strategies) {
      const batch = { ...makeBatch(), imageMask: tensor1d([1, 0, 1], 'int32') };
      await expectNoLeaks(() => {
        const model = makeModel({ fusionStrategy, nullKey: true, gate: 'tanh', classifierHiddenSize: 4 });
        dispose({ ...model.call(batch) });
        const { text, image } = model.encode(batch);
        dispose(
          [text?.lastHiddenState, text?.poolerOutput, image?.patchStates, image?.imageEmbeds].flatMap((x) => x ?? []),
        );
        expect(() => model.encode({})).toThrow(TypeError);
        expect(() => model.call({})).toThrow(TypeError);
        model.train();
        expect(() => model.call(batch)).toThrow('needs a seed');
        model.dispose();
        expect(() => model.call(batch)).toThrow('disposed');
      });
    }
  });
});

describe('MultimodalSentimentModel', () => {
  beforeAll(() => useBackend('cpu'));

  it('runs and takes over only the encoders that its strategy uses', () => {
    for (const [fusionStrategy, needs] of Object.entries(fusionStrategies) as [FusionStrategy, EncoderNeeds][]) {
      const textEncoder = new FakeTextEncoder();
      const imageEncoder = new FakeImageEncoder();
      const model = new MultimodalSentimentModel({ config: { fusionStrategy }, textEncoder, imageEncoder });
      model.call(makeBatch());
      expect([textEncoder.calls, imageEncoder.calls]).toEqual([Number(needs.text), Number(needs.image)]);
      const paths = [...model.namedParameters().keys()];
      expect(paths.some((path) => path.startsWith('textEncoder.'))).toBe(needs.text);
      expect(paths.some((path) => path.startsWith('imageEncoder.'))).toBe(needs.image);
      model.dispose();
      if (!needs.text) expect(textEncoder.namedParameters().size).toBe(3);
      if (!needs.image) expect(imageEncoder.namedParameters().size).toBe(3);
    }
  });

  it('runs no encoder whose features are given, and encodes the sides that are there', () => {
    const textEncoder = new FakeTextEncoder();
    const imageEncoder = new FakeImageEncoder();
    const model = new MultimodalSentimentModel({ textEncoder, imageEncoder });
    const { pixelValues, ...tokens } = makeBatch();
    const calls = () => [textEncoder.calls, imageEncoder.calls];
    const { text, ...others } = model.encode(tokens);
    expect(others.image).toBeUndefined();
    expect(text?.attentionMask).toBe(tokens.attentionMask);
    expect(calls()).toEqual([1, 0]);
    const { image } = model.encode({ pixelValues });
    expect(calls()).toEqual([1, 1]);
    model.call({ textFeatures: text, imageFeatures: image });
    expect(calls()).toEqual([1, 1]);
    model.call({ textFeatures: text, pixelValues });
    expect(calls()).toEqual([1, 2]);
    model.call({ ...tokens, imageFeatures: image });
    expect(calls()).toEqual([2, 2]);
  });

  it('refuses inputs that are given twice, features of another size, and nothing to encode', () => {
    const model = makeModel();
    const batch = makeBatch();
    const { text, image } = model.encode(batch);
    expect(() => model.call({ ...batch, textFeatures: text })).toThrow(
      'MultimodalSentimentModel: either inputIds or textFeatures must be given, got both. Leave one of them out.',
    );
    expect(() => model.call({ ...batch, imageFeatures: image })).toThrow('either pixelValues or imageFeatures');
    const wide = { lastHiddenState: zeros<Rank.R3>([3, 4, 7]), poolerOutput: zeros<Rank.R2>([3, 7]) };
    expect(() => model.call({ textFeatures: wide, imageFeatures: image })).toThrow(
      'MultimodalSentimentModel: textFeatures.lastHiddenState must be [B, T, 6], got [3, 4, 7]. ' +
        'Features belong to the encoder that made them.',
    );
    expect(() =>
      model.call({ textFeatures: { ...text, poolerOutput: wide.poolerOutput }, imageFeatures: image }),
    ).toThrow('textFeatures.poolerOutput must be [B, 6], got [3, 7]');
    const narrow = { patchStates: zeros<Rank.R3>([3, 4, 2]), imageEmbeds: zeros<Rank.R2>([3, 2]) };
    expect(() => model.call({ textFeatures: text, imageFeatures: narrow })).toThrow(
      'imageFeatures.patchStates must be [B, P, 5], got [3, 4, 2]',
    );
    expect(() =>
      model.call({ textFeatures: text, imageFeatures: { ...image, imageEmbeds: narrow.imageEmbeds } }),
    ).toThrow('imageFeatures.imageEmbeds must be [B, 4], got [3, 2]');
    const textOnly = makeModel({ fusionStrategy: 'text-only' });
    for (const inputs of [{}, { pixelValues: batch.pixelValues }]) {
      expect(() => textOnly.encode(inputs)).toThrow(
        'MultimodalSentimentModel.encode: inputs must hold inputIds or pixelValues for an encoder of this model, got neither.',
      );
    }
  });

  it('takes batches without what its strategy does not use', () => {
    const { inputIds, pixelValues } = makeBatch();
    expect(makeModel({ fusionStrategy: 'text-only' }).call({ inputIds }).logits.shape).toEqual([3, 3]);
    expect(makeModel({ fusionStrategy: 'image-only' }).call({ pixelValues }).logits.shape).toEqual([3, 3]);
  });

  it('treats a missing attentionMask as all ones', async () => {
    const model = makeModel();
    const { attentionMask, ...batch } = makeBatch();
    const masked = model.call({ ...batch, attentionMask: onesLike(attentionMask) });
    const unmasked = model.call(batch);
    await expectTensorsClose(unmasked.logits, masked.logits);
    await expectTensorsClose(unmasked.crossAttentions ?? zeros([0]), masked.crossAttentions ?? zeros([1]));
  });

  it('starts from its seed', async () => {
    const weight = (seed: number) => {
      const model = new MultimodalSentimentModel({
        config: { fusionStrategy: 'text-only' },
        textEncoder: new FakeTextEncoder(),
        seed,
      });
      return model.namedParameters().get('classifier.weight') ?? zeros([0]);
    };
    await expectTensorsClose(weight(1), weight(1), 0);
    expect(await largest(sub(weight(1), weight(2)))).toBeGreaterThan(0.001);
  });

  it('gives the encoders seeds of their own', () => {
    const seeds: (number | undefined)[] = [];
    class Listening extends FakeTextEncoder {
      override call(...[inputs, context]: Parameters<FakeTextEncoder['call']>): TextEncoderOutput {
        seeds.push(context?.seed);
        return super.call(inputs, context);
      }
    }
    const model = new MultimodalSentimentModel({
      config: { fusionStrategy: 'text-only' },
      textEncoder: new Listening(),
    });
    model.call(makeBatch(), { seed: 7 });
    model.call(makeBatch());
    expect(seeds).toEqual([deriveSeed(7, 'textEncoder'), undefined]);
  });

  it('says which encoder or input is missing', () => {
    const textEncoder = new FakeTextEncoder();
    expect(() => new MultimodalSentimentModel({ textEncoder })).toThrow(
      "MultimodalSentimentModel: strategy 'cross-attention' needs imageEncoder, got none. Pass { imageEncoder }.",
    );
    expect(() => new MultimodalSentimentModel({ config: { fusionStrategy: 'text-only' } })).toThrow(
      'needs textEncoder, got none',
    );
    const { inputIds, pixelValues } = makeBatch();
    expect(() => makeModel().call({ pixelValues })).toThrow(
      'MultimodalSentimentModel: inputIds must be given, because this strategy uses text; got none.',
    );
    expect(() => makeModel().call({ inputIds })).toThrow(
      'pixelValues must be given, because this strategy uses an image; got none. ' +
        'Where a sample has no image, pass zeros as its pixelValues and 0 in imageMask.',
    );
  });

  it('refuses a text encoder without pooled output', () => {
    class WithoutPooler extends FakeTextEncoder {
      override call(inputs: TextEncoderInputs): TextEncoderOutput {
        return { lastHiddenState: super.call(inputs).lastHiddenState };
      }
    }
    const model = new MultimodalSentimentModel({
      config: { fusionStrategy: 'text-only' },
      textEncoder: new WithoutPooler(),
    });
    expect(() => model.call(makeBatch())).toThrow(
      'the text encoder must return poolerOutput, got none. Build it with a pooling layer.',
    );
  });
});

/** The same batch with the given samples in the given order. */
function pick(batch: ReturnType<typeof makeBatch>, samples: number[]): MultimodalSentimentInputs {
  return {
    inputIds: gather(batch.inputIds, samples),
    attentionMask: gather(batch.attentionMask, samples),
    pixelValues: gather(batch.pixelValues, samples),
  };
}

async function largest(x: Tensor): Promise<number> {
  return Math.max(...(await abs(x).data()));
}

/** The named entries of an object that may be missing, as it would be when no strategy needs it. */
function pickKeys<T extends object, K extends keyof T>(from: T | undefined, keys: readonly K[]): Partial<Pick<T, K>> {
  return Object.fromEntries(keys.map((key) => [key, from?.[key]])) as Partial<Pick<T, K>>;
}
