/** Where a parameter stands in an encoder. */
export interface EncoderPlace {
  /** The path of the encoder with its dot, such as `'textEncoder.'` or `'vision_model.'`; empty at the root. */
  readonly encoder: string;
  /** 0 for the embeddings, `i + 1` for block `i`. */
  readonly depth: number;
}

/** BERT, RoBERTa, ViT: `encoder.layer.3.`; CLIP: `encoder.layers.3.`; DistilBERT: `transformer.layer.3.`. */
const block = /^((?:.+?\.)??)(?:encoder|transformer)\.layers?\.(\d+)\./;
/** CLIP's vision tower normalizes its embeddings under a name of their own, which is spelled so in its checkpoints. */
const embeddings = /^((?:.+?\.)??)(?:embeddings|pre_layrnorm)\./;

/**
 * Finds where a parameter stands: in the embeddings, or in which block.
 *
 * @param path - dotted, as `namedParameters` of an encoder or of a model around encoders gives it
 * @returns `undefined` for everything else: poolers, final norms and projections above the blocks, and what is no encoder's
 *
 * @example
 * encoderPlace('textEncoder.encoder.layer.3.output.dense.weight'); // { encoder: 'textEncoder.', depth: 4 }
 * encoderPlace('vision_model.embeddings.class_embedding'); // { encoder: 'vision_model.', depth: 0 }
 * encoderPlace('pooler.dense.weight'); // undefined
 */
export function encoderPlace(path: string): EncoderPlace | undefined {
  const [found, encoder = '', number] = block.exec(path) ?? embeddings.exec(path) ?? [];
  if (found === undefined) return undefined;
  return { encoder, depth: number === undefined ? 0 : Number(number) + 1 };
}
