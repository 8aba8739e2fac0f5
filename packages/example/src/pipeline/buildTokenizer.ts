import { buildVocabulary, TextTokenizer } from '@crossmodal/text-encoder';
import type { TrainConfig } from '../config/TrainConfig.js';

/** Word pieces of the training texts, for an encoder from scratch. */
export function buildTokenizer(
  texts: readonly string[],
  { vocabularySize: size, maxLength: modelMaxLength }: Pick<TrainConfig, 'vocabularySize' | 'maxLength'>,
): TextTokenizer {
  return TextTokenizer.fromVocabulary(buildVocabulary(texts, { size }), { modelMaxLength });
}
