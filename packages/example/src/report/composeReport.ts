import type { DataAccount as ReportAccount, ReportData, ReportTraining } from '@crossmodal/viz';
import type { Comparison } from '../compare/Comparison.js';
import { SPLIT_NAMES, type DataAccount } from '../pipeline/PreparedData.js';
import type { RunFiles } from './readRunFiles.js';
import { reportComparison, strategyExplanations } from './reportComparison.js';
import { reportConfusion } from './reportConfusion.js';
import { reportEvaluation } from './reportEvaluation.js';
import { reportGroups } from './reportGroups.js';
import { reportRunFacts } from './reportRunFacts.js';
import { reportSamples } from './reportSamples.js';
import { splitOf } from './reportSplit.js';
import { shortPath } from './shortPath.js';

/** Labels named in the introduction. */
const NAMED_LABELS = 8;

/** Everything the report of a run shows, as plain data. */
export function composeReport(
  name: string,
  files: RunFiles,
  comparison?: Pick<Comparison, 'model' | 'groups'>,
): ReportData {
  const groups = reportGroups(files);
  const samples = reportSamples(files);
  const split = splitOf(files);
  const training = reportTraining(files);
  const { omission, ...confusion } = reportConfusion(files.predictions.filter((each) => each.split === split));
  const evaluation = reportEvaluation(files, omission);
  return {
    title: name,
    about: introduction(files),
    ...(evaluation && { evaluation }),
    ...(comparison && { comparison: reportComparison(comparison) }),
    ...(groups.length > 0 && { groups }),
    ...confusion,
    ...(samples && { samples }),
    ...(training && { training }),
    ...(files.account && { data: reportAccount(files.account) }),
    run: reportRunFacts(files),
  };
}

function introduction({ resolved, account, explanations }: RunFiles): string {
  const strategy = resolved.config.fusionStrategy;
  const how = `The model (${strategy}): ${strategyExplanations[strategy] ?? ''}.`;
  if (explanations?.ceilings) {
    return (
      'The task: is a product review positive or negative? Each review is a short text and a small picture of a product with four ' +
      'coloured parts; a black spot with an orange rim is damage. Some reviews are decided by the text, some by the ' +
      `picture, and some only by both together. All are invented, so the truth about each is known. ${how}`
    );
  }
  const labels = Object.keys(account?.labels ?? {});
  const named = labels.slice(0, NAMED_LABELS).join(', ');
  const more = labels.length > NAMED_LABELS ? ` and ${labels.length - NAMED_LABELS} more` : '';
  const which = labels.length === 0 ? 'its label' : `its label, one of ${labels.length}: ${named}${more}`;
  return `The task: from a text and a picture, tell ${which}. ${how}`;
}

function reportTraining({ history, resolved }: RunFiles): ReportTraining | undefined {
  if (history.length === 0) return undefined;
  const best = history.findLast(({ isBest }) => isBest);
  const metric = resolved.config.earlyStoppingMetric;
  return {
    history,
    metric: metric === 'logLoss' ? 'accuracy' : metric,
    ...(best && { bestEpoch: best.epoch }),
    note:
      `${history.length} of at most ${resolved.config.epochs} epochs were trained. Kept: the weights after the ` +
      (best ? `epoch with the best ${metric} on the validation split.` : 'last epoch, for want of validation rows.'),
  };
}

function reportAccount(account: DataAccount): ReportAccount {
  const { path, rowsRead, rowsUsed, skippedByReason, skippedExamples, splits, labels, blankImages } = account;
  return {
    source: shortPath(path),
    rowsRead,
    used: rowsUsed,
    skipped: Object.entries(skippedByReason).map(([name, count]) => ({ name, count })),
    skippedRows: skippedExamples.map(({ id, line, reason }) => ({ name: id, line, reason })),
    splits: SPLIT_NAMES.filter((name) => splits[name] > 0).map((name) => ({ name, count: splits[name] })),
    duplicates: [{ name: 'any two splits', count: account.duplicatesAcrossSplits }],
    labels: Object.entries(labels).map(([name, counts]) => ({
      name,
      count: SPLIT_NAMES.reduce((sum, split) => sum + counts[split], 0),
    })),
    warnings: [
      ...account.warnings,
      ...(blankImages > 0 ? [`${blankImages} rows have no readable picture; the model is told so.`] : []),
    ],
  };
}
