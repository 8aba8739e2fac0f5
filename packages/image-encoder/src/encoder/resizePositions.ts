import { type OwnedValues, type ParameterSource } from '@crossmodal/layers';
import { gridSizeOf, type PictureSize } from './gridSizeOf.js';
import { interpolationMatrix } from './interpolationMatrix.js';

/** A table of position embeddings that changes its size. */
export interface ResizedPositions {
  /** Its parameter path. */
  readonly path: string;
  /** Sizes in pixels that it was learned for. */
  readonly before: PictureSize;
  /** Sizes in pixels that are wanted. */
  readonly after: PictureSize;
}

/**
 * Weights whose position embeddings are interpolated to another grid while they are read; see {@link interpolationMatrix}.
 *
 * @param source - holds the table in its learned size
 * @returns holds it in the wanted one
 */
export function resizePositions(source: ParameterSource, { path, before, after }: ResizedPositions): ParameterSource {
  const [from, to] = [gridSizeOf(before), gridSizeOf(after)];
  if (from === to) return source;
  return {
    read: async function* read(expected) {
      const wanted = expected.get(path) ?? [];
      // The table of CLIP is [positions, D], that of ViT [1, positions, D].
      const learned = wanted.map((length, axis) => (axis === wanted.length - 2 ? 1 + from * from : length));
      for await (const [name, values] of source.read(new Map(expected).set(path, learned))) {
        yield [name, name === path ? { shape: wanted, data: resize(values, from, to) } : values];
      }
    },
  };
}

function resize({ data: table }: OwnedValues, from: number, to: number): Float32Array {
  const [before, after] = [1 + from * from, 1 + to * to];
  const matrix = interpolationMatrix(from, to, to);
  const hiddenSize = table.length / before;
  const resized = new Float32Array(after * hiddenSize);
  for (let row = 0; row < after; row += 1) {
    for (let place = 0; place < before; place += 1) {
      const weight = matrix[row * before + place] ?? 0;
      if (weight === 0) continue;
      for (let i = 0; i < hiddenSize; i += 1) {
        const at = row * hiddenSize + i;
        resized[at] = (resized[at] ?? 0) + weight * (table[place * hiddenSize + i] ?? 0);
      }
    }
  }
  return resized;
}
