import { Linear } from '../modules/Linear.js';
import { type Module } from '../modules/Module.js';
import { LoraAdapter } from './LoraAdapter.js';

/** Options of {@link addLora}. */
export interface LoraOptions {
  /** Rank of the updates, an integer from 1. */
  readonly rank: number;
  /** Above 0; the updates are multiplied by `alpha / rank`. */
  readonly alpha: number;
  /**
   * Which linear maps are adapted: ends of their paths, such as `['query', 'value']` (BERT, RoBERTa, ViT), `['q_lin', 'v_lin']`
   * (DistilBERT) or `['q_proj', 'v_proj']` (CLIP), or a pattern for whole paths.
   */
  readonly targets: RegExp | readonly string[];
  /** Probability that a value of an adapter's input is dropped, in [0, 1); default 0. */
  readonly dropout?: number | undefined;
  /** Seed of the first values. */
  readonly seed: number;
  /** Parameters that are trained beside the adapters, such as `/^classifier\./`; default: none. */
  readonly alsoTrain?: RegExp | undefined;
}

/**
 * Adapts a module by low-rank updates: freezes its parameters and gives each target `lora_A.weight` `[rank, In]` and `lora_B.weight`
 * `[Out, rank]`, which are trained. Nothing that the module computes changes until then.
 *
 * Hu et al. 2021, https://arxiv.org/abs/2106.09685. Make the optimizer afterwards, so that it knows the new parameters. Checkpoints are
 * written with the updates folded in, and read into the weights below them: see `readParameters` and {@link mergeLora}.
 *
 * @param module - an encoder, or anything with linear maps in it
 * @param options - rank, scale and targets
 * @returns the paths of the adapted maps, in order
 * @throws RangeError when a target or `alsoTrain` matches nothing, or a number is outside its range; nothing is changed then
 * @throws Error when a target has an adapter already; nothing is changed then
 */
export function addLora(module: Module, { targets, alsoTrain, ...options }: LoraOptions): readonly string[] {
  const maps = linearMaps(module);
  const found = findTargets(maps, targets);
  for (const [path, { adapter }] of found) {
    if (adapter) throw new Error(`addLora: each map must be adapted once, got "${path}" again. Call mergeLora first.`);
  }
  const names = [...module.namedParameters().keys()];
  if (alsoTrain && !names.some((name) => name.search(alsoTrain) !== -1)) {
    throw new RangeError(`addLora: alsoTrain must match a parameter, got ${String(alsoTrain)}. ${listed(names)}`);
  }
  const adapters = found.map(([path, { weight }]) => {
    const [outFeatures, inFeatures] = weight.shape;
    return new LoraAdapter({ ...options, inFeatures, outFeatures, site: path });
  });
  module.freeze();
  if (alsoTrain) module.unfreeze(alsoTrain);
  adapters.forEach((adapter, i) => found[i]?.[1].attachAdapter(adapter));
  return found.map(([path]) => path);
}

/** Linear maps by path, without those that adapters consist of. */
function linearMaps(module: Module): [string, Linear][] {
  const maps: [string, Linear][] = [];
  for (const [path, part] of module.namedModules()) {
    if (part instanceof Linear && !/(?:^|\.)lora_[AB]$/.test(path)) maps.push([path, part]);
  }
  return maps;
}

function findTargets(maps: readonly [string, Linear][], targets: RegExp | readonly string[]): [string, Linear][] {
  const wanted = targets instanceof RegExp ? [targets] : targets;
  const matches = (path: string, target: RegExp | string): boolean =>
    typeof target === 'string' ? `.${path}`.endsWith(`.${target}`) : path.search(target) !== -1;
  const paths = maps.map(([path]) => path);
  const missing = wanted.find((target) => !paths.some((path) => matches(path, target)));
  if (missing !== undefined || wanted.length === 0) {
    const received =
      wanted.length === 0 ? 'no targets' : typeof missing === 'string' ? `"${missing}"` : String(missing);
    throw new RangeError(`addLora: each target must match a linear map, got ${received}. ${listed(paths)}`);
  }
  return maps.filter(([path]) => wanted.some((target) => matches(path, target)));
}

/** What there is, with one line for the same place in every block. */
function listed(paths: readonly string[]): string {
  const kinds = [...new Set(paths.map((path) => path.replaceAll(/\b\d+\b/g, '*')))];
  return `There are: ${kinds.join(', ') || 'none'}.`;
}
