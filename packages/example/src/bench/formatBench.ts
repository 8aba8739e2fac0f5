import { formatTable } from '../terminal/formatTable.js';
import type { BenchMeasured, BenchReport, BenchResult } from './BenchReport.js';
import type { BenchName } from './BenchWork.js';
import { describeSubject } from './describeSubject.js';
import { jobPhases } from './JobClock.js';

/** Of the tables; what each computation is follows. */
const titles: Readonly<Record<BenchName, string>> = {
  matmul: 'Product of matrices',
  'text-encoder': 'BERT-base, forward',
  'image-encoder': 'CLIP ViT-B/32, forward',
  'training-step': 'Step of `crossmodal train`',
  images: 'Image files to pixels',
  tokens: 'Texts to token ids',
  'main-job': 'All of `crossmodal train`',
};
/** Fits the narrowest terminals that are in use. */
const LINE_LENGTH = 80;
const names = Object.keys(titles) as BenchName[]; // the keys above

/** A report as tables for the terminal, a table for each thing that was measured. */
export function formatBench(report: BenchReport): string {
  const { machine, versions, options, results, backendsLeftOut: leftOut } = report;
  const { cpu, availableCores, cores, memoryGigabytes, os, node, load } = machine;
  const threads = options.threads === null ? '' : `, ${options.threads} threads of ONNX Runtime`;
  const head = [
    `crossmodal ${versions['@crossmodal/example'] ?? ''}, Node ${node}, TensorFlow.js ${versions['@tensorflow/tfjs-core'] ?? ''}`,
    `${os}, ${cpu}, ${availableCores === cores ? cores : `${availableCores} of ${cores}`} cores, ${memoryGigabytes} GB`,
    `${describeRounds(results, options.rounds)}, load ${load.toFixed(1)} before${threads}`,
  ].map(wrapped);
  return [
    ...head,
    ...names.flatMap((name) => {
      const own = results.filter(({ measurement }) => measurement === name);
      return own.length > 0 ? ['', formatResults(name, own, options.mainJobEpochs)] : [];
    }),
    ...(leftOut.length > 0 ? ['', 'Not measured:'] : []),
    ...leftOut.map(({ backend, reason }) => wrapped(`  ${backend}: ${reason}`)),
    ...(report.stopped ? ['', 'Stopped before everything was measured.'] : []),
  ].join('\n');
}

/** Jobs are not repeated. */
function describeRounds(results: readonly BenchResult[], rounds: number): string {
  const isJob = ({ measurement }: BenchResult): boolean => measurement === 'main-job';
  const medians = `medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'} in turn`;
  if (!results.some(isJob)) return medians;
  return results.every(isJob) ? 'each job once' : `${medians}, each job once`;
}

function formatResults(name: BenchName, results: readonly BenchResult[], epochs: number | null): string {
  const measured = results.filter((result) => 'milliseconds' in result);
  const failed = results.filter((result) => 'notMeasured' in result);
  const [first] = measured;
  const work = name === 'main-job' ? `${epochs ?? 0} ${epochs === 1 ? 'epoch' : 'epochs'}, seconds` : first?.work;
  return [
    work === undefined ? titles[name] : `${titles[name]}: ${work}`,
    ...(first ? [name === 'main-job' ? formatJobs(measured) : formatTimes(measured, Object.keys(first.rates))] : []),
    ...failed.map(({ subject, notMeasured }) => wrapped(`${describeSubject(subject)}: not measured, ${notMeasured}`)),
  ].join('\n');
}

function formatTimes(results: readonly BenchMeasured[], units: readonly string[]): string {
  return formatTable(
    ['backend', 'ms', 'quartiles', ...units, 'peak GB'],
    results.map(({ subject, median, lowerQuartile, upperQuartile, rates, peakBytes }) => [
      describeSubject(subject),
      significant(median),
      `${significant(lowerQuartile)} - ${significant(upperQuartile)}`,
      ...units.map((unit) => significant(rates[unit] ?? NaN)),
      gigabytes(peakBytes),
    ]),
  );
}

function formatJobs(results: readonly BenchMeasured[]): string {
  return formatTable(
    ['backend', 'whole job', 'start', 'data', 'first step', 'training', 'finish', 'peak GB'],
    results.map(({ subject, median, seconds, peakBytes }) => [
      subject,
      (median / 1000).toFixed(1),
      ...jobPhases.map((phase) => (seconds?.[phase] ?? NaN).toFixed(1)),
      gigabytes(peakBytes),
    ]),
  );
}

/** At least three digits. */
function significant(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(2);
}

/** Lines of at most {@link LINE_LENGTH} characters where its words are not longer; all but the first are indented. */
function wrapped(text: string): string {
  const indent = '    ';
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? '';
  for (const word of text.trim().split(/\s+/)) {
    const isNew = line.trim() === '';
    if (!isNew && line.length + 1 + word.length > LINE_LENGTH) {
      lines.push(line);
      line = indent + word;
    } else line += isNew ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}
