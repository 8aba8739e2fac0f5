import type { MetricValue, ReferenceValue, ReportEvaluation } from '@crossmodal/viz';
import { BOOTSTRAP, type Measured } from '../pipeline/measure.js';
import { GROUP_METRIC, POINTING_METRIC, splitOf } from './reportSplit.js';
import type { RunFiles } from './readRunFiles.js';

/** Metrics that come first, in this order; the others follow as they are stored. */
const FIRST = ['accuracy', 'imageReliance', 'pointing', 'f1', 'rocAuc', 'logLoss', 'balancedAccuracy'];

/**
 * The headline numbers of the test split, or of the validation split where there is no test.
 *
 * @param files - of the run
 * @param omission - what the report leaves out, in a sentence
 */
export function reportEvaluation(files: RunFiles, omission?: string): ReportEvaluation | undefined {
  const split = splitOf(files);
  const stored = split === undefined ? undefined : files.metrics[split];
  if (split === undefined || !stored?.accuracy) return undefined;
  const predictions = files.predictions.filter((each) => each.split === split && each.label !== null);
  const reliance = files.explanations?.imageReliance;
  const place = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  const names = Object.keys(stored).filter((name) => !GROUP_METRIC.test(name) && name !== POINTING_METRIC);
  const pointing = stored[POINTING_METRIC];
  return {
    samples: predictions.length > 0 ? predictions.length : (files.account?.splits[split] ?? 0),
    noun: nounOf(files),
    split,
    level: BOOTSTRAP.level,
    metrics: [
      ...names.map((name) => metricOf(name, stored[name])),
      ...(reliance ? [relianceMetric(reliance.all, reliance.samples, nounOf(files))] : []),
      ...(pointing ? [pointingMetric(pointing, files.explanations?.pointingByChance ?? null)] : []),
    ].sort((a, b) => place(a.name) - place(b.name)),
    references: references(
      files,
      predictions.map(({ label }) => label ?? ''),
    ),
    ...noteOf(split, omission),
  };
}

function noteOf(split: string, omission: string | undefined): Pick<ReportEvaluation, 'note'> {
  const flattery =
    split === 'validation'
      ? 'The model was chosen by this very split, so these numbers flatter it a little. A test split would not.'
      : undefined;
  const note = [flattery, omission].filter((sentence) => sentence !== undefined).join(' ');
  return note === '' ? {} : { note };
}

/** What a sample is called, in the plural. */
function nounOf({ explanations }: Pick<RunFiles, 'explanations'>): string {
  return explanations?.ceilings ? 'reviews' : 'samples';
}

function metricOf(name: string, measured: Measured | undefined): MetricValue {
  // A number that is not finite is stored as null.
  return { name, value: orNaN(measured?.value), low: orNaN(measured?.low), high: orNaN(measured?.high) };
}

function relianceMetric(measured: Measured, samples: number, noun: string): MetricValue {
  return {
    ...metricOf('imageReliance', measured),
    label: 'Image reliance (logits)',
    unit: 'number',
    explanation:
      `How far the prediction moves when the picture is replaced by another sample's, averaged over ${samples} ${noun}. ` +
      '0: pictures make no difference; 1: the odds change by a factor of 2.7, 2: of 7.4.',
  };
}

function pointingMetric(measured: Measured, byChance: number | null): MetricValue {
  const chance = byChance === null ? '' : ` A patch picked blindly would in ${(byChance * 100).toFixed(0)}% of them.`;
  return {
    ...metricOf('pointing', measured),
    label: 'Looks at the mark',
    unit: 'percent',
    explanation:
      'Where a mark in the picture decides: how often the patch with the most attention shows it.' +
      `${chance} A model may use the mark and yet look elsewhere, too.`,
  };
}

function references({ explanations }: RunFiles, labels: readonly string[]): ReferenceValue[] {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  const ceilings = explanations?.ceilings;
  return [
    ...(ceilings
      ? [
          {
            label: 'Best possible',
            value: ceilings.both,
            explanation: 'with text and picture; a few labels are wrong on purpose, so that nothing can reach 100%',
          },
          {
            label: 'Best from the text alone',
            value: ceilings.text,
            explanation: 'what the picture adds lies above it',
          },
          { label: 'Best from the picture alone', value: ceilings.image },
        ]
      : []),
    ...(most
      ? [
          {
            label: 'Always the most frequent label',
            value: most[1] / labels.length,
            explanation: `what "${most[0]}" would get without looking at anything`,
          },
        ]
      : []),
  ];
}

function orNaN(value: number | null | undefined): number {
  return value ?? NaN;
}
