import { usesImages, usesText } from '../pipeline/buildModel.js';
import type { ExplainedSample } from '../pipeline/explainSamples.js';
import type { FusionStrategy } from '@crossmodal/fusion-model';
import type { EncodedPicture, SamplePictures } from './drawPictures.js';
import type { StoredExplanation, StoredPicture } from './Explanations.js';

/** Characters of a text that are kept. */
const MAX_TEXT = 2000;

/** What is known of a sample beside what the model made of it. */
export interface SampleFacts {
  readonly strategy: FusionStrategy;
  readonly group?: string | undefined;
  readonly imageReliance?: number | undefined;
  /** Name of each picture's file, without a folder. */
  readonly fileOf: (kind: 'image' | 'overlay', picture: EncodedPicture) => string;
}

/** An explained sample as plain data; its pictures become names of files. */
export function storeExplanation(
  explained: ExplainedSample,
  pictures: SamplePictures,
  { strategy, group, imageReliance, fileOf }: SampleFacts,
): StoredExplanation {
  const picture = (kind: 'image' | 'overlay'): StoredPicture | null => {
    const encoded = pictures[kind];
    if (!encoded) return null;
    const { width, height, crop } = encoded;
    return { file: fileOf(kind, encoded), width, height, crop: crop ?? null };
  };
  const { id, trueLabel, predictedLabel, probability, decodedText, words, attention, nullWeight } = explained;
  return {
    id,
    group: group ?? null,
    truth: trueLabel ?? null,
    prediction: predictedLabel,
    probability: finite(probability),
    text: (usesText(strategy) ? decodedText : explained.text).slice(0, MAX_TEXT),
    words: words.map((word) => ({ ...word, weight: finite(word.weight), attention: word.attention.map(rounded) })),
    image: picture('image'),
    overlay: picture('overlay'),
    imageNote: explained.image ? null : usesImages(strategy) ? 'the sample has none' : 'this model reads only the text',
    attention: attention ?? null,
    nullWeight: finite(nullWeight),
    imageReliance: finite(imageReliance),
  };
}

/** Only drawn, and many: six decimals keep the file small. */
function rounded(row: readonly number[]): number[] {
  return row.map((weight) => Number(weight.toFixed(6)));
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
