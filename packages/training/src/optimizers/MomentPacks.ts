import { dispose, keep, tensor1d, tidy, zeros, type Tensor1D } from '@tensorflow/tfjs-core';
import { groupIntoPacks, packTensors } from '../gradients/packTensors.js';
import { splitFlat } from './splitFlat.js';

/** A parameter as the optimizer sees it. */
export interface OptimizedParameter {
  readonly path: string;
  readonly size: number;
  /** Parameters of different groups are never packed together. */
  readonly group: string;
}

/** Moments of parameters that are updated together, end to end. */
export interface MomentPack {
  readonly parameters: readonly OptimizedParameter[];
  /** Updates these parameters have had. */
  steps: number;
  first: Tensor1D;
  second: Tensor1D;
}

/** Moments of one parameter on this side of the backend. */
export interface ParameterMoments {
  readonly steps: number;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** The moments of all parameters that were ever updated, packed so that an update takes few kernel calls. */
export class MomentPacks {
  #packs: MomentPack[] = [];

  /**
   * The packs for one update; together they hold exactly these parameters. New parameters start at zero.
   *
   * @param parameters - those with a gradient
   */
  packsFor(parameters: readonly OptimizedParameter[]): readonly MomentPack[] {
    const wanted = new Set(parameters.map(({ path }) => path));
    const touched = this.#packs.filter((pack) => pack.parameters.some(({ path }) => wanted.has(path)));
    const whole = touched.filter((pack) => pack.parameters.every(({ path }) => wanted.has(path)));
    const covered = whole.reduce((total, pack) => total + pack.parameters.length, 0);
    return covered === parameters.length ? whole : this.#repack(touched, parameters, wanted);
  }

  /** Replaces the moments of a pack after an update and counts it. */
  replace(pack: MomentPack, first: Tensor1D, second: Tensor1D): void {
    dispose([pack.first, pack.second]);
    // Kept, because an update may run inside somebody's tidy.
    pack.first = keep(first);
    pack.second = keep(second);
    pack.steps += 1;
  }

  /** Copies all moments out of the backend, as they are at the moment of the call. */
  async read(): Promise<Map<string, ParameterMoments>> {
    const found = new Map<string, ParameterMoments>();
    const reads = this.#packs.map(async ({ parameters, steps, first, second }) => ({
      parameters,
      steps,
      values: await Promise.all([first.data(), second.data()]),
    }));
    for (const { parameters, steps, values } of await Promise.all(reads)) {
      let begin = 0;
      for (const { path, size } of parameters) {
        const [first, second] = values.map((all) => Float32Array.from(all.subarray(begin, begin + size)));
        found.set(path, { steps, first: first ?? new Float32Array(), second: second ?? new Float32Array() });
        begin += size;
      }
    }
    return found;
  }

  /** Replaces everything by saved moments. */
  load(moments: readonly (ParameterMoments & { readonly parameter: OptimizedParameter })[]): void {
    this.dispose();
    tidy(() => {
      const singles = moments.map(({ parameter, steps, first, second }) => ({
        parameters: [parameter],
        steps,
        first: tensor1d(first),
        second: tensor1d(second),
      }));
      this.#packs = keepPacks(mergeAlike(singles));
    });
  }

  /** Frees the moments. */
  dispose(): void {
    for (const { first, second } of this.#packs) dispose([first, second]);
    this.#packs = [];
  }

  /** Takes packs apart and forms new ones: which parameters are trained has changed. */
  #repack(
    touched: readonly MomentPack[],
    parameters: readonly OptimizedParameter[],
    wanted: ReadonlySet<string>,
  ): readonly MomentPack[] {
    let merged: MomentPack[] = [];
    tidy(() => {
      const singles = new Map(touched.flatMap(takeApart));
      const active = parameters.map((parameter) => singles.get(parameter.path) ?? fresh(parameter));
      const resting = [...singles].flatMap(([path, single]) => (wanted.has(path) ? [] : single));
      merged = keepPacks(mergeAlike(active));
      const rested = keepPacks(mergeAlike(resting));
      for (const { first, second } of touched) dispose([first, second]);
      this.#packs = [...this.#packs.filter((pack) => !touched.includes(pack)), ...rested, ...merged];
    });
    return merged;
  }
}

function takeApart({ parameters, steps, first, second }: MomentPack): [string, MomentPack][] {
  const sizes = parameters.map(({ size }) => size);
  const [firsts, seconds] = [splitFlat(first, sizes), splitFlat(second, sizes)];
  return parameters.map((parameter, i) => [
    parameter.path,
    { parameters: [parameter], steps, first: firsts[i] ?? first, second: seconds[i] ?? second },
  ]);
}

function fresh(parameter: OptimizedParameter): MomentPack {
  const { size } = parameter;
  return { parameters: [parameter], steps: 0, first: zeros([size]), second: zeros([size]) };
}

/** Joins what shares the numbers of an update: one group, and equally many updates. */
function mergeAlike(packs: readonly MomentPack[]): MomentPack[] {
  const alike = new Map<string, MomentPack[]>();
  for (const pack of packs) {
    const key = `${pack.steps} ${pack.parameters[0]?.group ?? ''}`;
    alike.set(key, [...(alike.get(key) ?? []), pack]);
  }
  return [...alike.values()].flatMap((group) => groupIntoPacks(group, ({ first }) => first.size).map(merge));
}

function merge(packs: readonly MomentPack[]): MomentPack {
  return {
    parameters: packs.flatMap(({ parameters }) => parameters),
    steps: packs[0]?.steps ?? 0,
    first: packTensors(packs.map(({ first }) => first)),
    second: packTensors(packs.map(({ second }) => second)),
  };
}

function keepPacks(packs: MomentPack[]): MomentPack[] {
  for (const { first, second } of packs) {
    keep(first);
    keep(second);
  }
  return packs;
}
