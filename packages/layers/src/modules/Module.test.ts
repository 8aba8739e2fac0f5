import { expectNoLeaks, useBackend } from '@crossmodal/testing';
import { ones, tensor, variableGrads, sum, dispose, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { Dropout } from './Dropout.js';
import { LayerNorm } from './LayerNorm.js';
import { Linear } from './Linear.js';
import { Module } from './Module.js';

class Stack extends Module {
  readonly first = this.child('encoder.layer.0', new Linear(2, 3, { seed: 1 }));
  readonly second = this.child('encoder.layer.1', new Linear(3, 2, { bias: false, seed: 2 }));
  readonly drop = this.child('dropout', new Dropout(0.5, 'dropout'));
  readonly scale = this.parameter('scale', ones([2]));

  call(x: Tensor): Tensor {
    return this.run(() => this.second.call(this.first.call(x)));
  }
}

/** Gives tests access to the registration of a module. */
class Open extends Module {
  register = {
    parameter: (name: string) => this.parameter(name, ones([1])),
    child: <M extends Module>(name: string, module: M) => this.child(name, module),
    removeChild: (name: string) => this.removeChild(name),
    leaf: <L extends layers.Layer>(name: string, layer: L) => this.leaf(name, layer),
  };
}

beforeAll(() => useBackend('cpu'));

describe('paths', () => {
  it('join names with dots, own parameters first', () => {
    const stack = new Stack();
    const paths = ['scale', 'encoder.layer.0.weight', 'encoder.layer.0.bias', 'encoder.layer.1.weight'];
    expect([...stack.namedParameters().keys()]).toEqual(paths);
    expect([...stack.namedParameters('model').keys()]).toEqual(paths.map((path) => `model.${path}`));
    expect(stack.namedParameters().get('encoder.layer.0.weight')).toBe(stack.first.weight);
    stack.dispose();
  });

  it('must be unique, within a module and across its children', () => {
    const module = new Open();
    module.register.parameter('a');
    expect(() => module.register.parameter('a')).toThrow('Open: each name must be registered once, got "a" again.');
    expect(() => module.register.child('a', new Open())).toThrow('got "a" again.');
    expect(() => module.register.parameter('')).toThrow('Open: the name of a parameter or child must not be empty.');
    module.register.parameter('inner.a');
    module.register.child('inner', new Open()).register.parameter('a');
    expect(() => module.namedParameters()).toThrow('Open: each path must be registered once, got "inner.a" again.');
    module.dispose();
  });
});

describe('modes', () => {
  it('start in evaluation and reach every child', () => {
    const stack = new Stack();
    expect([stack.training, stack.drop.training]).toEqual([false, false]);
    expect(stack.train()).toBe(stack);
    expect([stack.training, stack.drop.training]).toEqual([true, true]);
    stack.eval();
    expect([stack.training, stack.drop.training]).toEqual([false, false]);
    stack.train(false);
    expect(stack.drop.training).toBe(false);
    stack.dispose();
  });
});

describe('freezing', () => {
  it('keeps matching parameters out of the gradients until unfrozen', () => {
    const stack = new Stack();
    const trained = (): string[] => {
      const x = ones([1, 2]);
      const { value, grads } = variableGrads(() => sum<Scalar>(stack.call(x)));
      dispose([x, value, grads]);
      return [...stack.namedParameters()].filter(([, { name }]) => name in grads).map(([path]) => path);
    };
    const inCall = ['encoder.layer.0.weight', 'encoder.layer.0.bias', 'encoder.layer.1.weight'];
    stack.freeze(/^scale$/);
    expect(trained()).toEqual(inCall);
    stack.freeze(/layer\.0/g);
    expect(trained()).toEqual(['encoder.layer.1.weight']);
    stack.unfreeze();
    stack.freeze(/scale/);
    expect(trained()).toEqual(inCall);
    stack.freeze();
    expect([...stack.namedParameters().values()].some(({ trainable }) => trainable)).toBe(false);
    stack.dispose();
  });
});

describe('modules inside', () => {
  it('are found by path, parents first', () => {
    const stack = new Stack();
    const paths = ['', 'encoder.layer.0', 'encoder.layer.1', 'dropout'];
    expect([...stack.namedModules().keys()]).toEqual(paths);
    expect([...stack.namedModules('model').keys()]).toEqual([
      'model',
      ...paths.slice(1).map((path) => `model.${path}`),
    ]);
    expect(stack.namedModules().get('encoder.layer.1')).toBe(stack.second);
    stack.freeze((path) => path.endsWith('bias'));
    const frozen = [...stack.namedParameters()].filter(([, { trainable }]) => !trainable).map(([path]) => path);
    expect(frozen).toEqual(['encoder.layer.0.bias']);
    stack.dispose();
  });

  it('can be taken out again', () => {
    const module = new Open();
    const inner = module.register.child('inner', new Open());
    module.register.removeChild('inner');
    expect([...module.namedModules().keys()]).toEqual(['']);
    expect(() => inner.train()).toThrow('got a disposed one');
    expect(() => module.register.removeChild('inner')).toThrow(
      'Open: removeChild needs a registered child, got "inner".',
    );
  });
});

describe('disposal', () => {
  it('frees everything, once', async () => {
    await expectNoLeaks(() => {
      const stack = new Stack();
      stack.dispose();
      stack.dispose();
    });
  });

  it('makes later use a clear error', () => {
    const stack = new Stack();
    const x = ones([1, 2]);
    stack.dispose();
    const message = 'needs a live module, got a disposed one. Create or load it again.';
    expect(() => stack.call(x)).toThrow(`Stack: call ${message}`);
    expect(() => stack.namedParameters()).toThrow(`Stack: namedParameters ${message}`);
    expect(() => stack.train()).toThrow(`Stack: train ${message}`);
    expect(() => stack.freeze()).toThrow(message);
    expect(() => stack.first.call(x)).toThrow(`Linear: call ${message}`);
  });
});

describe('leaves', () => {
  const built = (): layers.Layer => {
    const dense = layers.dense({ units: 3 });
    dense.build([null, 2]);
    return dense;
  };

  it('lend their variables as parameters', async () => {
    await expectNoLeaks(() => {
      const module = new Open();
      const dense = module.register.leaf('head', built());
      expect([...module.namedParameters().keys()]).toEqual(['head.kernel', 'head.bias']);
      const kernel = module.namedParameters().get('head.kernel')!;
      expect(kernel.shape).toEqual([2, 3]);
      const replacement = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
      kernel.assign(replacement);
      expect([...dense.getWeights()[0]!.dataSync()]).toEqual([1, 2, 3, 4, 5, 6]);
      dispose([replacement]);
      module.dispose();
      expect(() => dense.getWeights()).toThrow('disposed');
    });
  });

  it('drop the scope that apply puts before the names', () => {
    const module = new Open();
    const dense = layers.dense({ units: 3 });
    dispose(dense.apply(ones([1, 2])) as Tensor);
    module.register.leaf('head', dense);
    expect([...module.namedParameters().keys()]).toEqual(['head.kernel', 'head.bias']);
    module.dispose();
  });

  it('follow freeze and unfreeze', () => {
    const module = new Open();
    const dense = module.register.leaf('head', built());
    module.freeze(/kernel/);
    expect(dense.trainableWeights.map(({ shape }) => shape)).toEqual([[3]]);
    expect(module.namedParameters().get('head.kernel')?.trainable).toBe(false);
    module.unfreeze();
    expect(dense.trainableWeights).toHaveLength(2);
    module.dispose();
  });

  it('must be built, with weights, under a free name', () => {
    const module = new Open();
    const advice =
      'must be a built layer with weights, got 0 weights. Call its build method with the input shapes first.';
    expect(() => module.register.leaf('head', layers.dense({ units: 3 }))).toThrow(`Open: leaf "head" ${advice}`);
    module.register.parameter('head.bias');
    const dense = built();
    expect(() => module.register.leaf('head', dense)).toThrow(
      'Open: each name must be registered once, got "head.bias" again.',
    );
    dispose(dense.getWeights());
    module.dispose();
  });
});

describe('basic modules', () => {
  it('have the parameters of their PyTorch namesakes', () => {
    const norm = new LayerNorm(4, 1e-5);
    expect([...norm.namedParameters().keys()]).toEqual(['weight', 'bias']);
    expect([...norm.weight.dataSync(), ...norm.bias.dataSync()]).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
    norm.dispose();
  });

  it('check the rate and the seed of dropout', () => {
    expect(() => new Dropout(1, 'site')).toThrow('Dropout: rate must be in [0, 1), got 1.');
    const drop = new Dropout(0.5, 'site');
    expect(drop.seedOf(undefined)).toBeUndefined();
    drop.train();
    expect(drop.seedOf({ seed: 1 })).not.toBe(new Dropout(0.5, 'elsewhere').train().seedOf({ seed: 1 }));
    expect(() => drop.call(ones([1]))).toThrow(
      'Dropout "site": a call in training mode with rate 0.5 needs a seed, got none. ' +
        'Pass { seed } with a new integer each step, or call eval().',
    );
    expect(new Dropout(0, 'site').train().seedOf({})).toBeUndefined();
  });
});
