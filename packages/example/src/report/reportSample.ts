import type { ReportPicture, ReportSample } from '@crossmodal/viz';
import type { StoredExplanation, StoredPicture } from './Explanations.js';

/** Gives the bytes of a picture; `undefined` when it is not there any more. */
export type PictureBytes = (picture: StoredPicture) => Uint8Array | undefined;

/** A stored sample as the report and the figures show it. */
export function reportSample(stored: StoredExplanation, bytesOf: PictureBytes): ReportSample {
  const { id, group, truth, prediction, probability, text, words, attention, nullWeight, imageReliance } = stored;
  const image = reportPicture(stored.image, bytesOf);
  const overlay = reportPicture(stored.overlay, bytesOf);
  const crop = stored.overlay?.crop ?? undefined;
  const note = stored.imageNote ?? (stored.image && !image ? 'the file of the picture is gone' : undefined);
  const weights = attention?.flat() ?? [];
  return {
    id,
    truth,
    prediction,
    probability: probability ?? NaN,
    text,
    ...(group !== null && { group }),
    ...(words.length > 0 && { words: words.map((word) => ({ ...word, weight: word.weight ?? NaN })) }),
    ...(image && { image }),
    ...(overlay && { overlay }),
    ...(note !== undefined && { imageNote: note }),
    ...(weights.length > 0 && {
      attention: {
        topWeight: Math.max(...weights),
        patches: weights.length,
        ...(nullWeight !== null && { nullWeight }),
        ...(crop && { crop }),
      },
    }),
    ...(imageReliance !== null && { imageReliance }),
  };
}

function reportPicture(picture: StoredPicture | null, bytesOf: PictureBytes): ReportPicture | undefined {
  const source = picture ? bytesOf(picture) : undefined;
  return picture && source ? { source, width: picture.width, height: picture.height } : undefined;
}
