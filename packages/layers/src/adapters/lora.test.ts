import {
  backendsUnderTest,
  checkGradients,
  expectGradientsClose,
  expectNoLeaks,
  expectTensorsClose,
  goldenTensor,
  goldenValue,
  onBackends,
  readGolden,
  seededNormal,
  useBackend,
} from '@crossmodal/testing';
import {
  add,
  dispose,
  div,
  grads,
  mul,
  norm,
  sum,
  tidy,
  variableGrads,
  type Scalar,
  type Tensor,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { Linear } from '../modules/Linear.js';
import { type CallContext, Module } from '../modules/Module.js';
import { PostNormBlock } from '../modules/PostNormBlock.js';
import { PreNormBlock } from '../modules/PreNormBlock.js';
import { normalInitializer } from '../random/initializers.js';
import { assignParameters, type ParameterValues } from '../parameters/assignParameters.js';
import { loadParameters } from '../parameters/loadParameters.js';
import { parameterShapes } from '../parameters/parameterShapes.js';
import { readParameters } from '../parameters/readParameters.js';
import { addLora, type LoraOptions } from './addLora.js';
import { mergeLora } from './mergeLora.js';
import { readLora } from './readLora.js';

const golden = await readGolden(new URL('../../fixtures/lora.json', import.meta.url));
const sizes = {
  hiddenSize: 8,
  numAttentionHeads: 2,
  intermediateSize: 12,
  layerNormEps: 1e-5,
  hiddenAct: 'gelu',
  // Large enough that every map matters.
  initializer: normalInitializer(0.4),
} as const;

/** Two blocks of different kinds and a head. */
class Encoder extends Module {
  readonly first = this.child('encoder.layer.0', new PostNormBlock({ ...sizes, seed: 1 }));
  readonly second = this.child('encoder.layers.1', new PreNormBlock({ ...sizes, seed: 2 }));
  readonly head = this.child('classifier', new Linear(8, 3, { seed: 3 }));

  call(x: Tensor3D, { seed = 0 }: CallContext = {}): Tensor {
    return this.run(() => {
      const middle = this.first.call(x, { seed }).hiddenStates;
      return this.head.call(this.second.call(middle, { seed: seed + 1 }).hiddenStates, { seed });
    });
  }
}

const lora: LoraOptions = { rank: 2, alpha: 5, targets: ['query', 'value', 'fc1'], seed: 4 };
const adaptedPaths = [
  'encoder.layer.0.attention.self.query',
  'encoder.layer.0.attention.self.value',
  'encoder.layers.1.mlp.fc1',
];

/** As if it had been trained: B is no longer zero. */
function moveAdapters(module: Module): void {
  let seed = 70;
  for (const [path, parameter] of module.namedParameters()) {
    seed += 1;
    if (path.endsWith('lora_B.weight')) tidy(() => parameter.assign(seededNormal(parameter.shape, seed, 0.5)));
  }
}

function trained(module: Module): string[] {
  return [...module.namedParameters()].flatMap(([path, { trainable }]) => (trainable ? [path] : []));
}

/** The map of the golden values. */
function goldenMap(): Linear {
  const map = new Linear(5, 4);
  addLora(map, { rank: 2, alpha: 5, targets: /^$/, seed: 1 });
  const names = { weight: 'weight', bias: 'bias', 'lora_A.weight': 'lora_A', 'lora_B.weight': 'lora_B' };
  for (const [path, name] of Object.entries(names)) {
    tidy(() => map.namedParameters().get(path)!.assign(goldenTensor(golden, name)));
  }
  return map;
}

onBackends(backendsUnderTest(), () => {
  it('agrees with the formula of the paper in float64: outputs, gradients and folded weights', async () => {
    const map = goldenMap();
    const x = goldenTensor(golden, 'x');
    await expectTensorsClose(map.call(x), goldenValue(golden, 'output.y'));
    const loss = (): Scalar => sum(mul(map.call(x), goldenTensor(golden, 'cotangent.y')));
    const { grads: gradients } = tidy(() => variableGrads(loss));
    for (const name of ['lora_A', 'lora_B']) {
      const { name: variable } = map.namedParameters().get(`${name}.weight`)!;
      await expectGradientsClose(gradients[variable]!, goldenValue(golden, `gradient.${name}`));
    }
    expect(Object.keys(gradients)).toHaveLength(2);
    const [dx] = tidy(() =>
      grads((moved: Tensor) => sum(mul(map.call(moved), goldenTensor(golden, 'cotangent.y'))))([x]),
    );
    await expectGradientsClose(dx!, goldenValue(golden, 'gradient.x'));
    await expectTensorsClose(map.mergedWeight(), goldenValue(golden, 'merged'), 1e-6);
    map.dispose();
  });

  it('has the gradients of finite differences through an encoder, in its factors and in its input', async () => {
    const encoder = new Encoder();
    addLora(encoder, lora);
    moveAdapters(encoder);
    const x = seededNormal([2, 3, 8], 9) as Tensor3D;
    const loss = (): Scalar => sum(mul(encoder.call(x), seededNormal([2, 3, 3], 10)));
    const gradients = tidy(() => variableGrads(loss).grads);
    expect(Object.keys(gradients)).toHaveLength(6);
    for (const [path, parameter] of encoder.namedParameters()) {
      if (!parameter.trainable) continue;
      const gradient = gradients[parameter.name]!;
      const direction = div(gradient, norm(gradient));
      const initial = parameter.clone();
      const lossAt = async (step: number): Promise<number> => {
        tidy(() => parameter.assign(add(initial, mul(direction, step))));
        return (await loss().data())[0]!;
      };
      const slope = ((await lossAt(1e-2)) - (await lossAt(-1e-2))) / 2e-2;
      parameter.assign(initial);
      // Along the gradient the slope is its length.
      const length = (await norm(gradient).data())[0]!;
      expect(Math.abs(slope / length - 1), path).toBeLessThan(1e-2);
    }
    await checkGradients((moved) => encoder.call(moved as Tensor3D), [x]);
    encoder.dispose();
  });

  it('begins with the outputs of the module, and has them again when it is folded in', async () => {
    const encoder = new Encoder();
    const x = seededNormal([2, 3, 8], 9) as Tensor3D;
    const plain = encoder.call(x);
    expect(addLora(encoder, lora)).toEqual(adaptedPaths);
    await expectTensorsClose(encoder.call(x), plain, 0);
    moveAdapters(encoder);
    const adapted = encoder.call(x);
    await expect(expectTensorsClose(adapted, plain, 1e-2)).rejects.toThrow('values differ');
    expect(mergeLora(encoder)).toEqual(adaptedPaths);
    await expectTensorsClose(encoder.call(x), adapted, 1e-6);
    const fresh = new Encoder();
    expect([...encoder.namedParameters().keys()]).toEqual([...fresh.namedParameters().keys()]);
    expect(trained(encoder)).toEqual([]);
    dispose([plain, adapted, x]);
    encoder.dispose();
    fresh.dispose();
  });

  it('is written as weights under their ordinary names, while the module stays as it is', async () => {
    const encoder = new Encoder();
    addLora(encoder, lora);
    moveAdapters(encoder);
    const x = seededNormal([2, 3, 8], 9) as Tensor3D;
    const before = encoder.call(x);
    const fresh = new Encoder();
    expect(parameterShapes(encoder)).toEqual(parameterShapes(fresh));
    let written = await readParameters(encoder);
    await expectNoLeaks(async () => {
      written = await readParameters(encoder);
    });
    expect([...written.keys()]).toEqual([...fresh.namedParameters().keys()]);
    await expectTensorsClose(encoder.call(x), before, 0);
    expect(trained(encoder)).toHaveLength(6);
    assignParameters(fresh, written);
    await expectTensorsClose(fresh.call(x), before, 1e-6);
    encoder.dispose();
    fresh.dispose();
  });

  it('starts from the seed and the place alone', async () => {
    const draw = async (seed: number): Promise<number[]> => {
      const encoder = new Encoder();
      addLora(encoder, { ...lora, seed });
      const values = await readLora(encoder);
      encoder.dispose();
      return adaptedPaths.flatMap((path) => [...values.get(`${path}.lora_A.weight`)!.data]);
    };
    const first = await draw(4);
    expect(await draw(4)).toEqual(first);
    expect(await draw(5)).not.toEqual(first);
    // 2 x 8 for each: uniform in ±1 / sqrt(8), and different for maps of the same shape.
    expect(Math.max(...first.map(Math.abs))).toBeLessThan(1 / Math.sqrt(8));
    expect(Math.max(...first.map(Math.abs))).toBeGreaterThan(0.9 / Math.sqrt(8));
    expect(first.slice(0, 16)).not.toEqual(first.slice(16, 32));
  });

  it('drops values of its own input, in training mode, each map others', async () => {
    const encoder = new Encoder();
    addLora(encoder, { ...lora, dropout: 0.5 });
    moveAdapters(encoder);
    const x = seededNormal([2, 3, 8], 9) as Tensor3D;
    const calm = encoder.call(x);
    encoder.train();
    const [one, again, other] = [
      encoder.call(x, { seed: 1 }),
      encoder.call(x, { seed: 1 }),
      encoder.call(x, { seed: 2 }),
    ];
    await expectTensorsClose(again, one, 0);
    await expect(expectTensorsClose(other, one, 1e-3)).rejects.toThrow('values differ');
    await expect(expectTensorsClose(calm, one, 1e-3)).rejects.toThrow('values differ');
    const maps = [...encoder.namedModules().values()].flatMap((part) =>
      part instanceof Linear ? (part.adapter ?? []) : [],
    );
    expect(new Set(maps.map(({ dropout }) => dropout.seedOf({ seed: 1 }))).size).toBe(3);
    const late = new Encoder().train();
    addLora(late, { ...lora, dropout: 0.5 });
    expect([...late.namedModules().values()].every(({ training }) => training)).toBe(true);
    late.dispose();
    expect(() => encoder.first.call(x)).toThrow(
      'Dropout "encoder.layer.0.attention.self.query.lora_dropout": a call in training mode with rate 0.5 needs a seed',
    );
    encoder.eval();
    await expectTensorsClose(encoder.call(x), calm, 0);
    encoder.dispose();
  });

  it('leaves no tensor behind', async () => {
    const x = seededNormal([2, 3, 8], 9) as Tensor3D;
    await expectNoLeaks(async () => {
      const encoder = new Encoder();
      addLora(encoder, lora);
      dispose(encoder.call(x));
      dispose(tidy(() => variableGrads(() => sum<Scalar>(encoder.call(x)))));
      await readLora(encoder);
      mergeLora(encoder);
      addLora(encoder, lora);
      encoder.dispose();
    });
  });
});

describe('an adapted module', () => {
  const build = async (options: Partial<LoraOptions> = {}): Promise<Encoder> => {
    await useBackend('cpu');
    const encoder = new Encoder();
    addLora(encoder, { ...lora, ...options });
    return encoder;
  };
  const adapterNames = adaptedPaths.flatMap((path) => [`${path}.lora_A.weight`, `${path}.lora_B.weight`]);

  it('trains its adapters and what it was told', async () => {
    const encoder = await build();
    expect(trained(encoder)).toEqual(adapterNames);
    const shapes = adapterNames.map((path) => encoder.namedParameters().get(path)!.shape);
    expect(shapes).toEqual([
      [2, 8],
      [8, 2],
      [2, 8],
      [8, 2],
      [2, 8],
      [12, 2],
    ]);
    const other = await build({ alsoTrain: /^classifier\./g });
    expect(trained(other)).toEqual([...adapterNames, 'classifier.weight', 'classifier.bias']);
  });

  it('takes loaded values as the weights below its adapters, which stay', async () => {
    const encoder = await build();
    moveAdapters(encoder);
    const adapters = await readLora(encoder);
    expect([...adapters.keys()]).toEqual(adapterNames);
    const source = new Encoder();
    tidy(() =>
      source.first
        .namedParameters()
        .get('attention.self.query.weight')!
        .assign(seededNormal([8, 8], 3)),
    );
    const values = await readParameters(source);
    await loadParameters(encoder, {
      read: (expected) => {
        expect([...expected.keys()]).toEqual([...values.keys()]);
        return stream(values);
      },
    });
    const base = encoder.namedParameters();
    for (const [path, parameter] of source.namedParameters()) await expectTensorsClose(base.get(path)!, parameter, 0);
    expect(await readLora(encoder)).toEqual(adapters);
  });

  it('gives its adapters to another module', async () => {
    const [encoder, other] = [await build(), await build({ seed: 99 })];
    moveAdapters(encoder);
    const x = seededNormal([2, 3, 8], 9) as Tensor3D;
    assignParameters(other, await readLora(encoder));
    await expectTensorsClose(other.call(x), encoder.call(x), 0);
  });

  it('finds targets by the ends of paths or by a pattern', async () => {
    await useBackend('cpu');
    const find = (targets: LoraOptions['targets']): readonly string[] => addLora(new Encoder(), { ...lora, targets });
    expect(find(['output.dense'])).toEqual(['encoder.layer.0.attention.output.dense', 'encoder.layer.0.output.dense']);
    expect(find(/layers\.\d+\.self_attn\.[qk]_proj$/g)).toEqual([
      'encoder.layers.1.self_attn.q_proj',
      'encoder.layers.1.self_attn.k_proj',
    ]);
    expect(find(['classifier', 'fc2'])).toEqual(['encoder.layers.1.mlp.fc2', 'classifier']);
  });

  it('refuses what it cannot do, and then changes nothing', async () => {
    await useBackend('cpu');
    const encoder = new Encoder();
    const adding = (options: Partial<LoraOptions>) => () => addLora(encoder, { ...lora, ...options });
    const names =
      'There are: encoder.layer.*.attention.self.query, encoder.layer.*.attention.self.key, encoder.layer.*.attention.self.value, ' +
      'encoder.layer.*.attention.output.dense, encoder.layer.*.intermediate.dense, encoder.layer.*.output.dense, ' +
      'encoder.layers.*.self_attn.q_proj';
    expect(adding({ targets: ['query', 'uery'] })).toThrow(
      `addLora: each target must match a linear map, got "uery". ${names}`,
    );
    expect(adding({ targets: /nothing/ })).toThrow('each target must match a linear map, got /nothing/.');
    expect(adding({ targets: [] })).toThrow('each target must match a linear map, got no targets.');
    expect(adding({ alsoTrain: /^head/ })).toThrow(
      'addLora: alsoTrain must match a parameter, got /^head/. There are:',
    );
    expect(adding({ rank: 0 })).toThrow('LoraAdapter: rank must be an integer from 1, got 0.');
    expect(adding({ rank: 1.5 })).toThrow('got 1.5.');
    expect(adding({ alpha: 0 })).toThrow('LoraAdapter: alpha must be a finite number above 0, got 0.');
    expect(adding({ dropout: 1 })).toThrow('Dropout: rate must be in [0, 1), got 1.');
    expect(() => mergeLora(encoder)).toThrow('mergeLora: the module must have adapters, got none. Call addLora first.');
    await expect(readLora(encoder)).rejects.toThrow('readLora: the module must have adapters, got none.');
    expect(trained(encoder)).toEqual([...new Encoder().namedParameters().keys()]);
    addLora(encoder, lora);
    expect(adding({ targets: ['fc2', 'value'] })).toThrow(
      'addLora: each map must be adapted once, got "encoder.layer.0.attention.self.value" again. Call mergeLora first.',
    );
    expect(adding({ targets: ['lora_A'] })).toThrow('got "lora_A".');
    expect(trained(encoder)).toEqual(adapterNames);
  });
});

async function* stream(
  values: ReadonlyMap<string, ParameterValues & { readonly data: Float32Array }>,
): AsyncGenerator<readonly [string, ParameterValues & { readonly data: Float32Array }]> {
  for (const entry of values) yield await Promise.resolve(entry);
}
