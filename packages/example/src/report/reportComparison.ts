import type { ModelComparison } from '@crossmodal/viz';
import type { Comparison } from '../compare/Comparison.js';

/** What each strategy sees, for readers who do not know the names. */
export const strategyExplanations: Readonly<Record<string, string>> = {
  'cross-attention': 'each word of the text looks at the parts of the picture',
  'pooled-cross-attention': 'the text looks at one vector for the whole picture',
  concatenation: 'text and picture side by side, neither looks at the other',
  'text-only': 'sees no picture',
  'image-only': 'sees no text',
};

/** A finished comparison as the report shows it: each baseline's difference to the model, on the same rows. */
export function reportComparison({ model, groups }: Pick<Comparison, 'model' | 'groups'>): ModelComparison {
  const all = groups.find(({ group }) => group === 'all');
  const kinds = groups.filter(({ group }) => group !== 'all');
  return {
    baseline: model,
    models: Object.entries(all?.accuracy ?? {}).map(([name, measured]) => {
      const lead = all?.differenceTo[name];
      const explanation = strategyExplanations[name];
      return {
        name,
        ...measured,
        isMain: name === model,
        // The comparison holds the model's lead; the report asks how far each other one is from the model.
        ...(lead && { difference: { value: -lead.value, low: -lead.high, high: -lead.low } }),
        ...(explanation !== undefined && { explanation }),
      };
    }),
    ...(kinds.length > 0 && {
      groups: kinds.map(({ group, samples, accuracy }) => ({ name: group, samples, values: accuracy })),
    }),
    note: 'Each model was trained once, with the same seed, on the same rows.',
  };
}
