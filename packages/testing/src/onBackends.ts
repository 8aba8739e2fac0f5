import { beforeAll, describe } from 'vitest';
import { useBackend, type TestBackend } from './useBackend.js';

const known: readonly TestBackend[] = ['cpu', 'wasm', 'webgpu', 'onnxruntime', 'tensorflow'];

/**
 * Declares the same tests once per backend; each group starts its backend first.
 *
 * @param backends - mostly {@link backendsUnderTest}()
 * @param tests - declares tests with vitest's `it`
 */
export function onBackends(backends: readonly TestBackend[], tests: (name: TestBackend) => void): void {
  describe.each(backends)('on %s', (name) => {
    beforeAll(() => useBackend(name));
    tests(name);
  });
}

/**
 * The backends to test on: the comma list in the environment variable `CROSSMODAL_TEST_BACKENDS`, else cpu, wasm and onnxruntime.
 *
 * @throws RangeError when the list names a backend that does not exist
 */
export function backendsUnderTest(): TestBackend[] {
  const list = process.env.CROSSMODAL_TEST_BACKENDS ?? 'cpu,wasm,onnxruntime';
  return list.split(',').map((entry) => {
    const name = known.find((candidate) => candidate === entry.trim());
    if (!name) {
      throw new RangeError(`CROSSMODAL_TEST_BACKENDS: each entry must be one of ${known.join(', ')}, got "${entry}".`);
    }
    return name;
  });
}
