/** PyTorch's constant of the cubic kernel; Pillow's is -0.5. */
const sharpness = -0.75;

/**
 * The linear map from positions learned on a square grid to those of another grid: the class token's row stays, patches are interpolated
 * bicubically.
 *
 * Keys 1981, https://doi.org/10.1109/TASSP.1981.1163711, as PyTorch's `interpolate(mode="bicubic", align_corners=False)` and with it
 * `interpolate_pos_encoding` in transformers 5.24: no antialiasing, positions beyond the border repeat the border.
 *
 * @param gridSize - patches per side that the positions were learned for
 * @param rows - patches from top to bottom that are wanted
 * @param columns - patches from left to right that are wanted
 * @returns `[1 + rows * columns, 1 + gridSize * gridSize]`, row-major
 */
export function interpolationMatrix(gridSize: number, rows: number, columns: number): Float32Array {
  const length = 1 + gridSize * gridSize;
  const matrix = new Float32Array((1 + rows * columns) * length);
  matrix[0] = 1;
  const vertical = tapsOf(gridSize, rows);
  const horizontal = tapsOf(gridSize, columns);
  for (const [row, above] of vertical.entries()) {
    for (const [column, beside] of horizontal.entries()) {
      const start = (1 + row * columns + column) * length + 1;
      for (const [y, weightY] of above) {
        for (const [x, weightX] of beside) {
          const at = start + y * gridSize + x;
          // Taps beyond the border fall on the same place.
          matrix[at] = (matrix[at] ?? 0) + weightY * weightX;
        }
      }
    }
  }
  return matrix;
}

type Tap = readonly [index: number, weight: number];

/** For each place of a line of `to` places, the four of a line of `from` places that it is made of. */
function tapsOf(from: number, to: number): readonly (readonly Tap[])[] {
  return Array.from({ length: to }, (_, i) => {
    const center = ((i + 0.5) * from) / to - 0.5;
    const first = Math.floor(center);
    return [-1, 0, 1, 2].map((step): Tap => {
      const index = Math.min(Math.max(first + step, 0), from - 1);
      return [index, cubic(Math.abs(center - first - step))];
    });
  });
}

/** The kernel at a distance of at most 2. */
function cubic(distance: number): number {
  return distance <= 1
    ? ((sharpness + 2) * distance - (sharpness + 3)) * distance * distance + 1
    : (((distance - 5) * distance + 8) * distance - 4) * sharpness;
}
