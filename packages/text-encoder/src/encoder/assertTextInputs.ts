import { assertShape, ShapeError } from '@crossmodal/layers';
import { type TextInputs } from './TextInputs.js';

/**
 * Checks what a text encoder is called with.
 *
 * @param maxLength - of a text, in tokens
 * @throws TypeError when ids are not int32
 * @throws ShapeError when shapes differ or texts are too long
 */
export function assertTextInputs(
  { inputIds, attentionMask, tokenTypeIds }: TextInputs,
  maxLength: number,
  where: string,
): void {
  assertShape(inputIds, ['B', 'T'], `${where}: inputIds`);
  const [batch, length] = inputIds.shape;
  if (length > maxLength) {
    throw new ShapeError({
      argument: `${where}: inputIds`,
      expected: `[B, T] with T at most maxLength ${maxLength}`,
      received: `[${batch}, ${length}]`,
      advice: 'Truncate the texts: pass maxLength to the tokenizer.',
    });
  }
  if (attentionMask) assertShape(attentionMask, [batch, length], `${where}: attentionMask`);
  if (tokenTypeIds) assertShape(tokenTypeIds, [batch, length], `${where}: tokenTypeIds`);
  for (const [name, ids] of Object.entries({ inputIds, ...(tokenTypeIds && { tokenTypeIds }) })) {
    if (ids.dtype !== 'int32') {
      throw new TypeError(
        `${where}: ${name} must be int32, got ${ids.dtype}. Create it with tensor2d(values, shape, 'int32').`,
      );
    }
  }
}
