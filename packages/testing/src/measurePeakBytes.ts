import { engine } from '@tensorflow/tfjs-core';

/**
 * Measures how far the memory of all tensors rises above its start while a function runs.
 *
 * Unlike `memory().numBytes`, which counts a clone and what it was cloned from as two, memory that tensors share counts once. What a kernel takes and
 * gives back inside itself is not seen.
 *
 * @param run - synchronous, so that nothing else happens in between
 * @returns bytes
 */
export function measurePeakBytes(run: () => unknown): number {
  const info = engine().state.tensorInfo;
  const [set, remove] = [info.set.bind(info), info.delete.bind(info)];
  let held = 0;
  let peak = 0;
  info.set = (id, entry) => {
    held += entry.bytes;
    peak = Math.max(peak, held);
    set(id, entry);
    return info;
  };
  info.delete = (id) => {
    held -= info.get(id)?.bytes ?? 0;
    return remove(id);
  };
  try {
    run();
    return peak;
  } finally {
    Object.assign(info, { set, delete: remove });
  }
}
