import { ShapeError } from '@crossmodal/layers';
import type { Shape } from '@tensorflow/tfjs-layers';
import { SingleKeyError } from './SingleKeyError.js';

/** The sizes of one attention call; `null` stands for a size that is not known yet. */
export interface AttentionShapes {
  readonly batch: number | null;
  readonly queryLength: number | null;
  readonly keyLength: number | null;
  readonly querySize: number;
  readonly keySize: number;
}

/** Shapes of query and key, and of the masks where there are any. */
export type AttentionInputShapes = readonly [Shape, Shape, ...(Shape | undefined)[]];

interface Expectations {
  /** Whether one key per sample means something. */
  readonly acceptsSingleKey: boolean;
  /** Feature sizes that the weights were built for; absent before the build. */
  readonly weightSizes: { readonly querySize: number; readonly keySize: number } | undefined;
}

/**
 * Checks shapes against each other and against the weights.
 *
 * @throws ShapeError, or {@link SingleKeyError} when the key's length is 1 and that is not accepted
 */
export function assertAttentionShapes(
  where: string,
  [queryShape, keyShape, queryMask, keyMask]: AttentionInputShapes,
  { acceptsSingleKey, weightSizes }: Expectations,
): AttentionShapes {
  const query = readStates(`${where}: query`, queryShape, 'T', 'Dq', weightSizes?.querySize);
  const key = readStates(`${where}: key`, keyShape, 'P', 'Dk', weightSizes?.keySize);
  if (differs(key.batch, query.batch)) {
    throw shapeError(`${where}: key`, `of batch size ${show(query.batch)} like query`, keyShape);
  }
  if (queryMask) assertMask(`${where}: queryMask`, queryMask, query);
  if (keyMask) assertMask(`${where}: keyMask`, keyMask, key);
  if (key.length === 1 && !acceptsSingleKey) throw new SingleKeyError(where, keyShape);
  return {
    batch: query.batch,
    queryLength: query.length,
    keyLength: key.length,
    querySize: query.features,
    keySize: key.features,
  };
}

interface States {
  readonly batch: number | null;
  readonly length: number | null;
  readonly features: number;
}

function readStates(argument: string, shape: Shape, length: string, size: string, builtFor?: number): States {
  const features = shape.at(-1) ?? null;
  if ((shape.length !== 2 && shape.length !== 3) || features === null || differs(features, builtFor ?? null)) {
    const last = builtFor === undefined ? size : String(builtFor);
    throw shapeError(argument, `[B, ${length}, ${last}] or [B, ${last}]`, shape);
  }
  return { batch: shape[0] ?? null, length: shape.length === 2 ? 1 : (shape[1] ?? null), features };
}

function assertMask(argument: string, shape: Shape, { batch, length }: States): void {
  if (shape.length !== 2 || differs(shape[0] ?? null, batch) || differs(shape[1] ?? null, length)) {
    throw shapeError(argument, `[${show(batch)}, ${show(length)}] with 1 = attend`, shape);
  }
}

/** Whether two sizes are both known and not the same. */
function differs(left: number | null, right: number | null): boolean {
  return left !== null && right !== null && left !== right;
}

function shapeError(argument: string, expected: string, shape: Shape): ShapeError {
  return new ShapeError({ argument, expected, received: `[${shape.map(show).join(', ')}]` });
}

function show(size: number | null): string {
  return size === null ? 'any' : String(size);
}
