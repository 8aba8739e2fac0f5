import { type ParameterValues } from '@crossmodal/layers';
import { type TensorData } from '@crossmodal/weights';

/** The encoder's place in files that hold a head beside it. */
const encoderPrefix = 'bert.';

/** Counters 0, 1, 2, ... and zeros that older files hold as buffers. */
const buffers = /^embeddings\.(position_ids|token_type_ids)$/;

/**
 * The tensors of a checkpoint that belong to the encoder, under the names of Python's `BertModel`, and any that belong to nothing known.
 *
 * Files with a head name the encoder's tensors `bert.…`, and the first published ones call the parts of LayerNorm `gamma` and `beta`.
 *
 * @param tensors - of an encoder's file, or of one that holds a head beside it
 * @param where - what is being loaded, for the message
 * @throws TypeError when one of them holds integers
 * @throws RangeError when one of them is there under two names
 */
export function selectBertTensors(
  tensors: ReadonlyMap<string, TensorData>,
  where: string,
): Map<string, ParameterValues> {
  const hasHead = [...tensors.keys()].some((name) => name.startsWith(encoderPrefix));
  const selected = new Map<string, ParameterValues>();
  for (const [name, { dtype, shape, data }] of tensors) {
    if (hasHead && !name.startsWith(encoderPrefix)) continue;
    const path = (hasHead ? name.slice(encoderPrefix.length) : name)
      .replace(/LayerNorm\.gamma$/, 'LayerNorm.weight')
      .replace(/LayerNorm\.beta$/, 'LayerNorm.bias');
    if (buffers.test(path)) continue;
    if (!(data instanceof Float32Array || data instanceof Float64Array)) {
      throw new TypeError(`${where}: "${name.slice(0, 80)}" must hold floating-point numbers, got ${dtype}.`);
    }
    if (selected.has(path)) {
      throw new RangeError(`${where}: each weight must be there once, got "${path.slice(0, 80)}" under two names.`);
    }
    selected.set(path, { shape, data });
  }
  return selected;
}
