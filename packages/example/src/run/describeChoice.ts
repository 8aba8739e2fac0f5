import type { BackendInfo } from '@crossmodal/backends';

/** Why `auto` took this backend, in lines; and if it is not native code, what that needs. None for a backend that was asked for by name. */
export function describeChoice({ name, choice }: Pick<BackendInfo, 'name' | 'choice'>): readonly string[] {
  if (!choice) return [];
  const isSlow = name === 'wasm' || name === 'cpu';
  const native = choice.passedOver.filter(({ backend }) => isSlow && backend === 'onnxruntime');
  return [...(choice.why === undefined ? [] : [choice.why]), ...native.map(({ why }) => why)];
}
