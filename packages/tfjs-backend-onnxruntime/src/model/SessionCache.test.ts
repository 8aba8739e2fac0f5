import { describe, expect, it } from 'vitest';
import { loadBinding } from '../native/loadBinding.js';
import { type NativeTensor, type OnnxRuntimeBinding } from '../native/OnnxRuntimeBinding.js';
import { type KernelModel } from './KernelModel.js';
import { SessionCache } from './SessionCache.js';

const add: KernelModel = {
  key: 'Add',
  build: (model) => model.output(model.node('Add', [model.input('a'), model.input('b')])),
};

function floats(values: readonly number[]): NativeTensor {
  return { type: 'float32', data: Float32Array.from(values), dims: [values.length], location: 'cpu' };
}

/** A binding that notes what happens to its sessions. */
function notingBinding(notes: string[]): OnnxRuntimeBinding {
  let count = 0;
  return {
    InferenceSession: class {
      readonly id = count++;

      loadModel(
        ...[, , , options]: Parameters<InstanceType<OnnxRuntimeBinding['InferenceSession']>['loadModel']>
      ): void {
        const { intraOpNumThreads } = options as { intraOpNumThreads: number };
        notes.push(`load ${this.id} with ${intraOpNumThreads} threads`);
      }

      run(feeds: Readonly<Record<string, NativeTensor>>): void {
        notes.push(`run ${this.id} ${Object.keys(feeds).join()}`);
      }

      dispose(): void {
        notes.push(`dispose ${this.id}`);
      }
    },
  };
}

describe('SessionCache', () => {
  it('writes what ONNX Runtime computes into the arrays of the outputs', () => {
    const cache = new SessionCache(loadBinding(), 2);
    for (const isLarge of [false, true]) {
      const output = floats([0, 0, 0]);
      cache.run(add, [floats([1, 2, 3]), floats([10, 20, 30])], [output], isLarge);
      expect([...output.data]).toEqual([11, 22, 33]);
    }
    cache.dispose();
  });

  it.each([
    ['small outputs, of which copies come back that nobody reads', 100, false],
    ['large ones, and ends before these are copied', 10_000, true],
  ])('computes %s', (_, size, isSpared) => {
    const { InferenceSession } = loadBinding();
    const ends: string[] = [];
    const cache = new SessionCache(
      {
        InferenceSession: class extends InferenceSession {
          override run(...args: Parameters<InstanceType<typeof InferenceSession>['run']>): unknown {
            try {
              const results = super.run(...args);
              ends.push('copies');
              return results;
            } catch (error) {
              ends.push(String(error));
              throw error;
            }
          }
        },
      },
      2,
    );
    const numbers = Array.from({ length: size }, (_, i) => i);
    for (const isLarge of [false, true]) {
      const output = floats(numbers.map(() => NaN));
      cache.run(add, [floats(numbers), floats(numbers)], [output], isLarge);
      expect([...output.data]).toEqual(numbers.map((value) => 2 * value));
    }
    expect(ends).toEqual(Array(2).fill(isSpared ? 'Error: Tensor type (16) is not supported.' : 'copies'));
    cache.dispose();
  });

  it('still says what goes wrong with large outputs', () => {
    const cache = new SessionCache(loadBinding(), 1);
    const output = floats(Array<number>(10_000).fill(7));
    const wrong = floats(Array<number>(9_999).fill(1));
    expect(() => cache.run(add, [output, wrong], [output], false)).toThrow(/must compute "Add" of .*9999.*got: /s);
    expect(output.data.every((value) => value === 7)).toBe(true);
    cache.dispose();
  });

  it('loads a model once, and once more with several threads for large work', () => {
    const notes: string[] = [];
    const cache = new SessionCache(notingBinding(notes), 4);
    const tensors = [floats([1]), floats([2])];
    for (const isLarge of [false, false, true, true]) cache.run(add, tensors, [floats([0])], isLarge);
    expect(notes.filter((note) => note.startsWith('load'))).toEqual(['load 0 with 1 threads', 'load 1 with 4 threads']);
    expect(notes.filter((note) => note.startsWith('run'))).toEqual([
      'run 0 a,b',
      'run 0 a,b',
      'run 1 a,b',
      'run 1 a,b',
    ]);
    expect(cache.size).toBe(2);
    cache.unload('Add');
    expect(notes.slice(-2)).toEqual(['dispose 0', 'dispose 1']);
    expect(cache.size).toBe(0);
    cache.unload('Add');
  });

  it('has no second model where the budget is one thread', () => {
    const notes: string[] = [];
    const cache = new SessionCache(notingBinding(notes), 1);
    for (const isLarge of [false, true]) cache.run(add, [floats([1]), floats([2])], [floats([0])], isLarge);
    expect(notes).toEqual(['load 0 with 1 threads', 'run 0 a,b', 'run 0 a,b']);
  });

  it('unloads the model that was used longest ago when there are many', () => {
    const notes: string[] = [];
    const cache = new SessionCache(notingBinding(notes), 1);
    const use = (key: string): void => cache.run({ ...add, key }, [floats([1]), floats([2])], [floats([0])], false);
    for (let i = 0; i < 512; i += 1) use(`model ${i}`);
    use('model 0');
    use('one more');
    expect(cache.size).toBe(512);
    expect(notes.filter((note) => note.startsWith('dispose'))).toEqual(['dispose 1']);
    use('model 1');
    expect(notes.at(-2)).toBe('dispose 2');
    cache.dispose();
    expect(cache.size).toBe(0);
    expect(notes.filter((note) => note.startsWith('dispose'))).toHaveLength(514);
  });

  it('says which model failed on which shapes', () => {
    const cache = new SessionCache(loadBinding(), 1);
    const run = (): void => cache.run(add, [floats([1, 2]), floats([1, 2, 3])], [floats([0, 0, 0])], false);
    expect(run).toThrow('SessionCache: ONNX Runtime must compute "Add" of float32 [2], float32 [3], got: ');
    cache.dispose();
  });

  it('throws what is wrong with a model that does not load, and does not keep it', () => {
    const cache = new SessionCache(loadBinding(), 1);
    const wrong: KernelModel = {
      key: 'wrong',
      build: (model) => model.output(model.node('NoSuchOperator', [model.input('x')])),
    };
    expect(() => cache.run(wrong, [floats([1])], [floats([0])], false)).toThrow('NoSuchOperator');
    expect(cache.size).toBe(0);
  });
});
