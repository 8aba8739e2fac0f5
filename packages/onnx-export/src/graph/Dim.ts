import { OnnxExportError } from '../OnnxExportError.js';

/** A size that is known, or that depends on the inputs: `factor` times the product of the symbols, plus `offset`. */
export type Dim = number | OpenDim;

/** A size that depends on the inputs. */
interface OpenDim {
  readonly symbols: readonly string[];
  readonly factor: number;
  readonly offset: number;
}

/** The sizes of the symbols in one run. */
export type Sizes = Readonly<Record<string, number>>;

/**
 * Finds what a number is that was `first` in one run and `second` in another one with other sizes.
 *
 * @throws OnnxExportError when no expression, or more than one, gives both
 */
export function solveDim(first: number, second: number, runs: readonly [Sizes, Sizes], where: string): Dim {
  if (first === second) return first;
  const names = Object.keys(runs[0]);
  const products = [...names.map((name) => [name]), ...names.flatMap((a, i) => names.slice(i + 1).map((b) => [a, b]))];
  const fits = products.flatMap((symbols): OpenDim[] => {
    const [before, after] = runs.map((sizes) => symbols.reduce((product, name) => product * (sizes[name] ?? 1), 1));
    if (before === undefined || after === undefined || before === after) return [];
    const factor = (second - first) / (after - before);
    const offset = first - factor * before;
    return Number.isInteger(factor) && Number.isInteger(offset) ? [{ symbols, factor, offset }] : [];
  });
  const multiples = fits.filter(({ offset, factor }) => offset === 0 && factor > 0);
  const shifted = fits.filter(({ symbols, factor }) => symbols.length === 1 && factor === 1);
  const [found, ...others] = multiples.length > 0 ? multiples : shifted;
  if (found && others.length === 0) return found;
  throw new OnnxExportError(
    `exportOnnx: ${where}: a size was ${first} with ${format(runs[0])} and ${second} with ${format(runs[1])}: ` +
      `${found ? 'more than one expression fits' : 'no expression of these sizes fits'}. Choose other sizes with \`sizes\`.`,
  );
}

/** The same for whatever a kernel was called with: every number in it. */
export function solveAttribute(first: unknown, second: unknown, runs: readonly [Sizes, Sizes], where: string): unknown {
  if (typeof first === 'number' && typeof second === 'number') return solveDim(first, second, runs, where);
  if (Array.isArray(first) && Array.isArray(second) && first.length === second.length) {
    return first.map((entry, i) => solveAttribute(entry, second[i], runs, where));
  }
  if (first === second) return first;
  throw new OnnxExportError(
    `exportOnnx: ${where}: what the kernel is called with must not depend on sizes in this way.`,
  );
}

/** Whether two shapes are one, for whatever sizes. */
export function isSameShape(a: readonly Dim[], b: readonly Dim[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function format(sizes: Sizes): string {
  return Object.entries(sizes)
    .map(([name, size]) => `${name} ${size}`)
    .join(', ');
}
