import { type NumberUnit } from '../text/formatNumber.js';
import { type MetricValue } from './MetricValue.js';

/** How a metric is called, read and explained. */
export interface MetricFacts {
  readonly label: string;
  readonly unit: NumberUnit;
  readonly explanation: string;
}

/** What is known about a metric by its name, unless the metric itself says otherwise. */
export function metricFacts(metric: Pick<MetricValue, 'name' | 'label' | 'unit' | 'explanation'>): MetricFacts {
  const known = Object.hasOwn(knownMetrics, metric.name) ? knownMetrics[metric.name] : undefined;
  return {
    label: metric.label ?? known?.label ?? metric.name,
    unit: metric.unit ?? known?.unit ?? 'number',
    explanation: metric.explanation ?? known?.explanation ?? '',
  };
}

const knownMetrics: Readonly<Record<string, MetricFacts>> = {
  accuracy: {
    label: 'Accuracy',
    unit: 'percent',
    explanation: 'Share of samples whose predicted label is the true one.',
  },
  balancedAccuracy: {
    label: 'Balanced accuracy',
    unit: 'percent',
    explanation: 'Share found of each class, averaged over classes: a rare class counts as much as a common one.',
  },
  precision: {
    label: 'Precision',
    unit: 'percent',
    explanation: 'Of the samples given a label, the share that truly has it; averaged over classes.',
  },
  recall: {
    label: 'Recall',
    unit: 'percent',
    explanation: 'Of the samples that truly have a label, the share that was found; averaged over classes.',
  },
  f1: {
    label: 'F1',
    unit: 'percent',
    explanation: 'Precision and recall in one number (their harmonic mean); averaged over classes.',
  },
  rocAuc: {
    label: 'ROC AUC',
    unit: 'percent',
    explanation:
      'How often a sample of a class gets a higher probability for it than one of another class: 50% is chance.',
  },
  matthewsCorrelation: {
    label: 'Matthews correlation',
    unit: 'number',
    explanation: 'Agreement of truth and prediction beyond chance: 1 is perfect, 0 is chance, −1 is always wrong.',
  },
  cohenKappa: {
    label: "Cohen's kappa",
    unit: 'number',
    explanation: 'Agreement of truth and prediction beyond chance: 1 is perfect, 0 is chance.',
  },
  logLoss: {
    label: 'Log loss',
    unit: 'number',
    explanation: 'How much probability the true labels got: 0 is certain and right; confident mistakes cost the most.',
  },
  loss: { label: 'Loss', unit: 'number', explanation: 'What the training makes small; lower is better.' },
};
