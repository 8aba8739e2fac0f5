import { type ClassCounts } from '../charts/ClassCounts.js';
import { type HistoryEpoch } from '../charts/HistoryEpoch.js';
import { type MetricValue } from '../charts/MetricValue.js';
import { type ComparedModel } from '../charts/comparisonChart.js';
import { type NumberUnit } from '../text/formatNumber.js';
import { type ColourMap } from '../overlay/colourMapBytes.js';
import { type ReportSample } from './ReportSample.js';

/**
 * Everything a report can show, as plain data. Only the title is required: a section without data is left out.
 *
 * Text may come from anywhere (rows, file names, configuration): it is shown as text, cut when it is too long.
 */
export interface ReportData {
  /** What was trained or evaluated, such as the name of the run. */
  readonly title: string;
  /** The result in one sentence; default composed from `evaluation`. */
  readonly verdict?: string;
  /** One or two sentences on what is classified and why a reader should care. */
  readonly about?: string;
  /** The headline result on samples that the model has not been trained on. */
  readonly evaluation?: ReportEvaluation;
  /** Where the samples came from and what became of each. */
  readonly data?: DataAccount;
  /** The training, epoch by epoch. */
  readonly training?: ReportTraining;
  /** How often each class was taken for each. */
  readonly confusion?: ClassCounts;
  /** Scores of each class. */
  readonly classes?: readonly ClassScore[];
  /** The result for parts of the samples, such as kinds of review. */
  readonly groups?: readonly GroupBreakdown[];
  /** The same test for several models. */
  readonly comparison?: ModelComparison;
  /** Single predictions, with what the model looked at. */
  readonly samples?: ReportSamples;
  /** How the run was made: configuration, backend, versions, times, seeds. */
  readonly run?: readonly FactGroup[];
}

/** The headline result; shares are 0 to 1. */
export interface ReportEvaluation {
  /** Number of samples. */
  readonly samples: number;
  /** What a sample is called, in the plural; default `samples`. */
  readonly noun?: string;
  /** Where the samples come from, as in the data section: `test`. */
  readonly split?: string;
  /** The metrics, the most important first. */
  readonly metrics: readonly MetricValue[];
  /** Confidence level of all intervals; default 0.95. */
  readonly level?: number;
  /** What the accuracy can be held against: the most frequent class, the best reachable. */
  readonly references?: readonly ReferenceValue[];
  /** One or two sentences on what the numbers are not. */
  readonly note?: string;
}

/** A known value of the first metric, such as what text alone can reach. */
export interface ReferenceValue {
  readonly label: string;
  readonly value: number;
  /** One sentence. */
  readonly explanation?: string;
}

/** What became of each row: `rowsRead` should be `used` plus all that was skipped. */
export interface DataAccount {
  /** A file or a name. */
  readonly source?: string;
  readonly rowsRead: number;
  readonly used: number;
  /** Rows left out, by reason. */
  readonly skipped?: readonly NamedCount[];
  /** Some of the rows left out, for people to look at. */
  readonly skippedRows?: readonly SkippedRow[];
  /** Samples of each split. */
  readonly splits?: readonly NamedCount[];
  /** Samples that occur in two splits, such as `train and test`; an entry with 0 says that it was checked. */
  readonly duplicates?: readonly NamedCount[];
  /** Samples of each label. */
  readonly labels?: readonly NamedCount[];
  /** Anything a reader should know, one sentence each. */
  readonly warnings?: readonly string[];
}

/** A row that was left out, and why. */
export interface SkippedRow {
  readonly name: string;
  /** Line of the source on which it begins, from 1. */
  readonly line?: number;
  readonly reason: string;
}

/** A number of things with a name. */
export interface NamedCount {
  readonly name: string;
  readonly count: number;
}

/** The course of the training. */
export interface ReportTraining {
  readonly history: readonly HistoryEpoch[];
  /** Key of the metric to draw; default the first one of the first epoch that has any. */
  readonly metric?: string;
  /** The epoch whose weights were kept. */
  readonly bestEpoch?: number;
  /** One sentence, such as why the training stopped. */
  readonly note?: string;
}

/** Scores of one class, 0 to 1; `NaN` where undefined. */
export interface ClassScore {
  readonly label: string;
  /** Samples that truly are of this class. */
  readonly samples: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** One way to divide the samples, and the result in each part. */
export interface GroupBreakdown {
  /** `By kind of review`. */
  readonly title: string;
  readonly explanation?: string;
  /** What is measured; default `Accuracy`. */
  readonly measure?: string;
  /** Default `percent`: the values are shares of 1. */
  readonly unit?: NumberUnit;
  readonly rows: readonly GroupRow[];
}

/** The result for one part of the samples, in the unit of its breakdown; shares are 0 to 1. */
export interface GroupRow {
  readonly name: string;
  readonly explanation?: string;
  readonly samples: number;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/** Several models on the same samples. */
export interface ModelComparison {
  /** What is compared; default `Accuracy`. */
  readonly measure?: string;
  /** Name of the model that the differences are taken against. */
  readonly baseline?: string;
  readonly models: readonly ComparedModel[];
  /** The same for parts of the samples. */
  readonly groups?: readonly ComparedGroup[];
  /** One or two sentences, such as how often each model was trained. */
  readonly note?: string;
}

/** The result of several models on one part of the samples; shares are 0 to 1. */
export interface ComparedGroup {
  readonly name: string;
  readonly explanation?: string;
  readonly samples: number;
  /** By the name of the model. */
  readonly values: Readonly<Record<string, Omit<GroupRow, 'name' | 'explanation' | 'samples'>>>;
}

/** Single predictions. */
export interface ReportSamples {
  /** Which samples these are, in words: `The first 12 of the test split`. */
  readonly selection?: string;
  /** One or two sentences, such as why there is no attention to show. */
  readonly note?: string;
  /** What a word's shade stands for; default the attention that each word received or paid. */
  readonly wordWeightMeaning?: string;
  /** The colours of the overlays, for the legend and the maps of single words; default `cividis`. */
  readonly colourMap?: ColourMap;
  /** At most 100 are shown. */
  readonly items: readonly ReportSample[];
}

/** A table of names and values in the section on the run. */
export interface FactGroup {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** A name and a value, shown as they are. */
export interface Fact {
  readonly name: string;
  readonly value: string | number | boolean | null;
  /** Where the value came from, such as `default`, `file` or `flag`. */
  readonly source?: string;
}
