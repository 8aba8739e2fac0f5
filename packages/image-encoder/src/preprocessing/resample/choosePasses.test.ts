import { afterEach, describe, expect, it, vi } from 'vitest';
import { testImage } from '../__fixtures__/testImage.js';

describe('choosePasses', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it('takes WebAssembly where it can, and compiles once', async () => {
    const validate = vi.spyOn(WebAssembly, 'validate');
    const { choosePasses } = await import('./choosePasses.js');
    expect(choosePasses().constructor.name).toBe('SimdPasses');
    expect(choosePasses()).toBe(choosePasses());
    expect(validate).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['has no WebAssembly', () => vi.stubGlobal('WebAssembly', undefined)],
    ['has no SIMD', () => vi.spyOn(WebAssembly, 'validate').mockReturnValue(false)],
    ['may not compile', () => vi.stubGlobal('WebAssembly', { validate: () => true, Module: forbidden })],
  ])('gives the same pictures in an engine that %s', async (_, prepare) => {
    const image = testImage(60, 41, 1);
    const { resizeImage } = await import('../resizeImage.js');
    const expected = [resizeImage(image, 23, 17, 'bicubic'), resizeImage(image, 17, 5, 'lanczos')];

    vi.resetModules();
    prepare();
    const { choosePasses } = await import('./choosePasses.js');
    expect(choosePasses().constructor.name).toBe('Object');
    const { resizeImage: resizePlainly } = await import('../resizeImage.js');
    expect([resizePlainly(image, 23, 17, 'bicubic'), resizePlainly(image, 17, 5, 'lanczos')]).toEqual(expected);
  });
});

/** What a content security policy does to \`new WebAssembly.Module\`. */
function forbidden(): never {
  throw new EvalError('Wasm code generation disallowed by embedder');
}
