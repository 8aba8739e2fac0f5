import type { ReportSamples } from '@crossmodal/viz';
import type { Explanations } from './Explanations.js';
import type { RunFiles } from './readRunFiles.js';
import { reportSample } from './reportSample.js';

/** The explained samples with their pictures, and which ones they are. */
export function reportSamples({ explanations, pictures }: RunFiles): ReportSamples | undefined {
  if (!explanations || explanations.samples.length === 0) return undefined;
  const { samples, split } = explanations;
  const which = samples.length === 1 ? 'The first sample' : `The first ${samples.length} samples`;
  const note = attentionNote(explanations);
  return {
    selection: `${which} of the ${split ?? 'data'} split, as they come: not chosen for their looks.`,
    wordWeightMeaning:
      'The weight says how sharply the word looks: its largest attention on one patch, averaged over heads.',
    ...(note !== undefined && { note }),
    items: samples.map((sample) => reportSample(sample, ({ file }) => pictures.get(file))),
  };
}

/** Why a model shows no attention. */
function attentionNote({ fusionStrategy, samples }: Explanations): string | undefined {
  if (samples.some(({ attention }) => attention !== null)) return undefined;
  switch (fusionStrategy) {
    case 'text-only':
      return 'This model reads only the text: there is no picture and no attention to show.';
    case 'image-only':
      return 'This model looks only at the picture. It has no attention between text and picture, so there is no overlay.';
    case 'concatenation':
      return 'This model puts text and picture side by side. It has no attention between them, so there is no overlay.';
    case 'pooled-cross-attention':
      return (
        'This model attends to one vector for the whole picture, whose weight is always 1, whatever the text. ' +
        'There is nothing to draw over the picture.'
      );
    default:
      return 'None of these samples has a picture to draw attention over.';
  }
}
