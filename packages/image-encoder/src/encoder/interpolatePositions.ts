import { customGrad, matMul, type Tensor, type Tensor2D, tensor2d, tidy, transpose } from '@tensorflow/tfjs-core';
import { interpolationMatrix } from './interpolationMatrix.js';

/**
 * Position embeddings for another grid of patches than the one they were learned on; see {@link interpolationMatrix}.
 *
 * @param positions - `[1 + gridSize * gridSize, D]` float32, the class token's first
 * @param rows - patches from top to bottom
 * @param columns - patches from left to right
 * @returns `[1 + rows * columns, D]` float32; new tensor, the caller disposes it
 */
export function interpolatePositions(positions: Tensor2D, rows: number, columns: number): Tensor2D {
  const [length] = positions.shape;
  const matrix = (): Tensor2D =>
    tensor2d(interpolationMatrix(Math.sqrt(length - 1), rows, columns), [1 + rows * columns, length]);
  const operation = customGrad((table) => ({
    value: tidy(() => matMul(matrix(), table as Tensor2D)),
    gradFunc: (dy: Tensor) => tidy(() => matMul(transpose(matrix()), dy as Tensor2D)),
  }));
  // A matrix product, which customGrad's declared type cannot say.
  return operation(positions) as Tensor2D;
}
