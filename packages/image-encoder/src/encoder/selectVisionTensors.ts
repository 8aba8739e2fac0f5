import { type ParameterValues } from '@crossmodal/layers';
import { type TensorData } from '@crossmodal/weights';

/** Tensors of a whole CLIP model that its vision encoder does not have. */
const otherParts: readonly RegExp[] = [
  /^text_model\./,
  /^text_projection\.weight$/,
  /^logit_scale$/,
  // Counters 0, 1, 2, ... that older files hold as buffers.
  /\.position_ids$/,
];

/**
 * The tensors of a checkpoint that belong to the vision encoder, and any that belong to nothing known.
 *
 * @param tensors - of a vision encoder's file, or of one that holds both of CLIP's towers
 * @param where - what is being loaded, for the message
 * @throws TypeError when one of them holds integers
 */
export function selectVisionTensors(
  tensors: ReadonlyMap<string, TensorData>,
  where: string,
): Map<string, ParameterValues> {
  const selected = new Map<string, ParameterValues>();
  for (const [name, { dtype, shape, data }] of tensors) {
    if (otherParts.some((pattern) => pattern.test(name))) continue;
    if (!(data instanceof Float32Array || data instanceof Float64Array)) {
      throw new TypeError(`${where}: "${name.slice(0, 80)}" must hold floating-point numbers, got ${dtype}.`);
    }
    selected.set(name, { shape, data });
  }
  return selected;
}
