import { plainPasses } from './plainPasses.js';
import { resampleBytes } from './resampleBytes.js';
import { type ResamplePasses } from './ResamplePasses.js';
import { SimdPasses } from './SimdPasses.js';

let chosen: ResamplePasses | undefined;

/** The fastest passes of this engine: WebAssembly with SIMD where it is known. Asked and compiled at the first picture. */
export function choosePasses(): ResamplePasses {
  chosen ??= compile() ?? plainPasses;
  return chosen;
}

function compile(): ResamplePasses | undefined {
  if (typeof WebAssembly === 'undefined') return undefined;
  const bytes = resampleBytes();
  if (!WebAssembly.validate(bytes)) return undefined;
  try {
    return new SimdPasses(new WebAssembly.Module(bytes));
  } catch {
    // A page's content security policy may forbid it; the result is the same without.
    return undefined;
  }
}
