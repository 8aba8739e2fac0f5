/**
 * Reads a grid at places from 0 to 1 across it, between cell centres or cell by cell.
 *
 * @param grid - rows of equal length, at least one cell
 * @returns the value at `(u, v)`; `NaN` where the nearest cell is not finite
 */
export function gridSampler(
  grid: readonly (readonly number[])[],
  rendering: 'smooth' | 'blocks',
): (u: number, v: number) => number {
  const rows = grid.length;
  const columns = grid[0]?.length ?? 0;
  const cell = (row: number, column: number): number => {
    const value = grid[clamp(row, rows)]?.[clamp(column, columns)] ?? NaN;
    return Number.isFinite(value) ? value : NaN;
  };
  const nearest = (u: number, v: number): number => cell(Math.floor(v * rows), Math.floor(u * columns));
  if (rendering === 'blocks') return nearest;

  return (u, v) => {
    const own = nearest(u, v);
    if (Number.isNaN(own)) return NaN;
    const left = Math.floor(u * columns - 0.5);
    const top = Math.floor(v * rows - 0.5);
    const right = u * columns - 0.5 - left;
    const down = v * rows - 0.5 - top;
    // A neighbour without a value takes the value of the cell that the place lies in.
    const known = (row: number, column: number): number => {
      const value = cell(row, column);
      return Number.isNaN(value) ? own : value;
    };
    const upper = known(top, left) * (1 - right) + known(top, left + 1) * right;
    const lower = known(top + 1, left) * (1 - right) + known(top + 1, left + 1) * right;
    return upper * (1 - down) + lower * down;
  };
}

function clamp(index: number, size: number): number {
  return Math.min(Math.max(index, 0), size - 1);
}
