import { type MisshapedTensor, type TensorData, WeightsError } from '@crossmodal/weights';
import { type OptimizedParameter, type ParameterMoments } from './MomentPacks.js';

/** A parameter whose state may be in a file. */
export interface StatefulParameter extends OptimizedParameter {
  readonly shape: readonly number[];
}

/** A checked state of AdamW. */
export interface AdamWState {
  readonly stepCount: number;
  readonly moments: readonly (ParameterMoments & { readonly parameter: OptimizedParameter })[];
}

/** Name of the number of updates among the tensors of a state. */
export const stepCountName = 'stepCount';

/** A number of updates as a tensor. */
export function countTensor(value: number): TensorData {
  return { dtype: 'I64', shape: [], data: BigInt64Array.of(BigInt(value)) };
}

/** Names in a state of the numbers that belong to a parameter; as in PyTorch. */
export function stateNames(path: string): { readonly first: string; readonly second: string; readonly steps: string } {
  return { first: `${path}.exp_avg`, second: `${path}.exp_avg_sq`, steps: `${path}.step` };
}

/**
 * Checks a saved state against the parameters it is for.
 *
 * @throws `WeightsError` when something is missing, unexpected or of another shape or kind
 */
export function readAdamWState(
  state: ReadonlyMap<string, TensorData>,
  parameters: Iterable<StatefulParameter>,
): AdamWState {
  const missing: string[] = [];
  const misshaped: MisshapedTensor[] = [];
  const unexpected = new Set(state.keys());
  const take = (name: string, shape: readonly number[]): TensorData['data'] | undefined => {
    const found = state.get(name);
    if (!found) missing.push(name);
    else if (found.shape.join() !== shape.join()) misshaped.push({ name, expected: shape, received: found.shape });
    unexpected.delete(name);
    return found?.data;
  };
  const stepCount = take(stepCountName, []);
  const moments = [...parameters].flatMap((parameter) => {
    const names = stateNames(parameter.path);
    // Without all three the parameter was never updated.
    if (!Object.values(names).some((name) => state.has(name))) return [];
    return {
      parameter,
      first: take(names.first, parameter.shape),
      second: take(names.second, parameter.shape),
      steps: take(names.steps, []),
    };
  });
  if (missing.length > 0 || misshaped.length > 0 || unexpected.size > 0) {
    throw new WeightsError('AdamW.loadState', { missing, misshaped, unexpected: [...unexpected] });
  }
  return {
    stepCount: countOf(stepCountName, stepCount),
    moments: moments.map(({ parameter, first, second, steps }) => ({
      parameter,
      first: floatsOf(stateNames(parameter.path).first, first),
      second: floatsOf(stateNames(parameter.path).second, second),
      steps: countOf(stateNames(parameter.path).steps, steps),
    })),
  };
}

function countOf(name: string, data: TensorData['data'] | undefined): number {
  const [value] = data instanceof BigInt64Array ? data : [];
  if (value === undefined || value < 0n) {
    throw new TypeError(`AdamW.loadState: "${name}" must be one I64 number from 0, got ${String(data?.[0])}.`);
  }
  return Number(value);
}

function floatsOf(name: string, data: TensorData['data'] | undefined): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new TypeError(`AdamW.loadState: "${name}" must be F32, got ${data?.constructor.name ?? 'nothing'}.`);
}
