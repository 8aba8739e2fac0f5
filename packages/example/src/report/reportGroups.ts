import type { GroupBreakdown } from '@crossmodal/viz';
import type { RunFiles } from './readRunFiles.js';
import { GROUP_METRIC, splitOf } from './reportSplit.js';

/** What decides in each kind of review of the synthetic world. */
const kindExplanations: Readonly<Record<string, string>> = {
  'text decides': 'The text says it all; the picture shows a random product.',
  'any damage decides': 'The text is ambiguous ("see the photo"): any damage in the picture makes it negative.',
  'image is clutter': 'The text says it all, and the picture has nothing to do with it.',
  'text names the part': 'The text names a part and the picture shows its state: neither is enough alone.',
};

/** Accuracy and image reliance of each kind of rows, where the data says which kind a row is. */
export function reportGroups(files: RunFiles): GroupBreakdown[] {
  const split = splitOf(files);
  const metrics = Object.entries((split && files.metrics[split]) ?? {});
  const kinds = metrics.flatMap(([name, measured]) => {
    const kind = GROUP_METRIC.exec(name)?.[1];
    return kind === undefined ? [] : [{ kind, measured }];
  });
  const reliance = files.explanations?.imageReliance?.groups ?? [];
  const rows = kinds.map(({ kind, measured }) => ({
    name: kind,
    ...explanationOf(kind),
    samples: files.predictions.filter((each) => each.split === split && each.group === kind).length,
    ...measured,
  }));
  return [
    ...(rows.length > 0
      ? [
          {
            title: 'Accuracy by what decides the label',
            explanation: 'Some kinds of review are harder than others.',
            rows,
          },
        ]
      : []),
    ...(reliance.length > 0
      ? [
          {
            title: 'How much the picture matters',
            explanation:
              'Image reliance: how far the prediction moves, in logits, when the picture is replaced by another one. ' +
              'A model that understands its task relies on the picture where the picture decides, and only there.',
            measure: 'Image reliance',
            unit: 'number' as const,
            rows: reliance.map(({ name, samples, reliance: measured }) => ({
              name,
              ...explanationOf(name),
              samples,
              ...measured,
            })),
          },
        ]
      : []),
  ];
}

function explanationOf(kind: string): { explanation?: string } {
  const explanation = kindExplanations[kind];
  return explanation === undefined ? {} : { explanation };
}
