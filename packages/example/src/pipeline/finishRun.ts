import type { SplitName } from '@crossmodal/dataset';
import { POINTING_METRIC } from '../report/reportSplit.js';
import { writeReport } from '../report/writeReport.js';
import { predictSamples, type Prediction } from './predictSamples.js';
import { writeExplanations } from './writeExplanations.js';
import type { RunMetrics } from './formatMetrics.js';
import { findCheckpoint, loadCheckpoint } from './loadRun.js';
import { measure, measureMean, type Measured } from './measure.js';
import { openForward } from './openForward.js';
import { predictionLines, PREDICTIONS_FILE, type StoredPrediction } from './predictionsFile.js';
import { SPLIT_NAMES, type PreparedData } from './PreparedData.js';
import { readWorldTruth, type WorldTruth } from './readWorldTruth.js';
import { seededRandom } from './seededRandom.js';
import type { FinishOptions } from './FinishOptions.js';

/** Splits that are measured at the end of a run. */
const MEASURED_SPLITS = SPLIT_NAMES.filter((name) => name !== 'train');

/**
 * Loads the best checkpoint, measures it, explains some of its answers and writes the report.
 *
 * @returns the metrics, and the path of the report unless it was switched off
 */
export async function finishRun(
  options: FinishOptions,
): Promise<{ readonly metrics: RunMetrics; readonly reportPath: string | undefined }> {
  const { folder, config, data, source, features, tokens, onEvent } = options;
  const loaded = await loadCheckpoint(findCheckpoint(folder.path));
  const forward = openForward(loaded.model);
  try {
    const { processor, patchSize } = loaded;
    const grid = processor && patchSize !== undefined ? { processor, patchSize } : undefined;
    const truth = await readWorldTruth(data.account.path, grid);
    const metrics: Record<string, Readonly<Record<string, Measured>>> = {};
    const lines: StoredPrediction[] = [];
    for (const split of MEASURED_SPLITS) {
      const samples = data.splits[split];
      if (samples.length === 0) continue;
      const predictions = await predictSamples(loaded.model, { ...source, features }, tokens, samples, {
        forward,
        onProgress: (done) =>
          onEvent({ type: 'progress', task: `measuring ${split}`, done, total: samples.length, unit: 'rows' }),
      });
      metrics[split] = measureSplit(split, predictions, data, truth, config.seed);
      lines.push(...predictionLines(split, predictions, samples, data.labels, truth.kindOf));
    }
    await folder.writeJson('metrics.json', metrics);
    await folder.writeText(PREDICTIONS_FILE, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    if (!config.report) return { metrics, reportPath: undefined };
    await writeExplanations({ ...options, loaded, truth });
    return { metrics, reportPath: await writeReport(folder) };
  } finally {
    forward.dispose();
    loaded.model.dispose();
  }
}

function measureSplit(
  split: SplitName,
  predictions: readonly Prediction[],
  data: PreparedData,
  truth: WorldTruth,
  seed: number,
): Record<string, Measured> {
  const random = seededRandom(seed, `bootstrap ${split}`);
  const measured = measure(predictions, data.labels.labels, random);
  const kinds = new Set(predictions.flatMap(({ id }) => truth.kindOf(id) ?? []));
  for (const kind of [...kinds].sort()) {
    const own = predictions.filter(({ id }) => truth.kindOf(id) === kind);
    measured[`accuracy (${kind})`] = measureMean(
      own.map(({ label, prediction }) => (label === prediction ? 1 : 0)),
      random,
    );
  }
  const pointing = predictions.flatMap(({ id, peakPatch }) => {
    const hit = peakPatch === undefined ? undefined : truth.isDecisivePatch(id, peakPatch);
    return hit === undefined ? [] : [hit ? 1 : 0];
  });
  if (pointing.length > 0) measured[POINTING_METRIC] = measureMean(pointing, random);
  return measured;
}
