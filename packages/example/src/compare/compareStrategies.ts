import { pairedBootstrap } from '@crossmodal/metrics';
import type { FusionStrategy } from '@crossmodal/fusion-model';
import type { ResolvedConfig } from '../config/resolveConfig.js';
import { groupNames, readPredictions, type StoredPrediction } from '../pipeline/predictionsFile.js';
import { BOOTSTRAP, meanOver, measureMean, type Measured } from '../pipeline/measure.js';
import { seededRandom } from '../pipeline/seededRandom.js';
import { locateData } from '../pipeline/prepareData.js';
import type { TrainOptions } from '../pipeline/TrainOptions.js';
import { writeReport } from '../report/writeReport.js';
import { RunFolder } from '../run/RunFolder.js';
import { formatDuration } from '../terminal/formatDuration.js';
import { formatTable } from '../terminal/formatTable.js';
import { trainInProcess, type FinishedRun } from './trainInProcess.js';
import type { Comparison, GroupComparison } from './Comparison.js';

/** The model and what it has to beat. */
const BASELINES = ['concatenation', 'text-only', 'image-only'] as const satisfies readonly FusionStrategy[];
const PROCESSES = 2;

/** Trains the model and three baselines on the same rows, two processes at a time, and compares them pairwise. */
export async function compareStrategies(resolved: ResolvedConfig, options: TrainOptions): Promise<Comparison> {
  const startedAt = performance.now();
  const onEvent = options.onEvent ?? ((): void => undefined);
  const model = resolved.config.fusionStrategy;
  const strategies = [model, ...BASELINES.filter((strategy) => strategy !== model)];
  const folder = await RunFolder.create(resolved.config.project, `${resolved.config.name}-compare`);
  onEvent({ type: 'message', level: 'info', text: `run folder: ${folder.path}` });
  await locateData(resolved.config, onEvent);
  await folder.begin();

  const share = new Map<string, number>();
  const waiting = [...strategies];
  const runs: Record<string, FinishedRun> = {};
  const worker = async (): Promise<void> => {
    for (let strategy = waiting.shift(); strategy !== undefined; strategy = waiting.shift()) {
      const current = strategy;
      const config = { ...resolved.config, fusionStrategy: current, project: folder.path, name: current };
      const run = await trainInProcess(
        { config, sources: { ...resolved.sources, fusionStrategy: 'argument' } },
        (event) => {
          if (event.type === 'message' && event.level === 'warning') {
            onEvent({ ...event, text: `${current}: ${event.text}` });
          }
          if (event.type !== 'progress' || event.task !== 'training') return;
          share.set(current, event.done / event.total);
          const done = [...share.values()].reduce((sum, value) => sum + value, 0);
          onEvent({
            type: 'progress',
            task: `training ${strategies.length} models`,
            done: Math.round((done / strategies.length) * 1000) / 10,
            total: 100,
            unit: '%',
          });
        },
        options.signal,
      );
      runs[current] = run;
      const text = `${current}: done in ${formatDuration(run.seconds * 1000)}, ${run.path}`;
      onEvent({ type: 'message', level: 'info', text });
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, worker));
  if (options.signal?.aborted) throw new Error('comparison stopped; the runs that had ended are kept.');

  const predictions = new Map<string, readonly StoredPrediction[]>();
  for (const strategy of strategies)
    predictions.set(strategy, await readPredictions(runs[strategy]?.path ?? '', 'test'));
  const groups = compareGroups(predictions, strategies, resolved.config.seed);
  const text = formatComparison(groups, strategies);
  const comparison = { path: folder.path, model, runs, groups, text };
  await folder.writeJson('comparison.json', comparison);
  const reportPath = await writeReport(RunFolder.open(runs[model]?.path ?? ''), { comparison, target: folder });
  onEvent({ type: 'message', level: 'info', text: `report: ${reportPath}` });
  onEvent({
    type: 'message',
    level: 'info',
    text: `whole comparison: ${formatDuration(performance.now() - startedAt)}`,
  });
  return comparison;
}

function compareGroups(
  predictions: ReadonlyMap<string, readonly StoredPrediction[]>,
  strategies: readonly string[],
  seed: number,
): GroupComparison[] {
  const first = strategies[0] ?? '';
  const all = predictions.get(first) ?? [];
  const random = seededRandom(seed, 'comparison');
  return ['all', ...groupNames(all)].map((group) => {
    const hits = (strategy: string): number[] => {
      const byId = new Map((predictions.get(strategy) ?? []).map((prediction) => [prediction.id, prediction]));
      return all
        .filter((prediction) => group === 'all' || prediction.group === group)
        .map(({ id, label }) => (byId.get(id)?.prediction === label ? 1 : 0));
    };
    const own = hits(first);
    const accuracy: Record<string, Measured> = {};
    const differenceTo: Record<string, Measured> = {};
    for (const strategy of strategies) {
      const theirs = hits(strategy);
      accuracy[strategy] = measureMean(theirs, random);
      if (strategy === first) continue;
      const { value, low, high } = pairedBootstrap(meanOver(own), meanOver(theirs), {
        ...BOOTSTRAP,
        random,
        size: own.length,
      });
      differenceTo[strategy] = { value, low, high };
    }
    return { group, samples: own.length, accuracy, differenceTo };
  });
}

function formatComparison(groups: readonly GroupComparison[], strategies: readonly string[]): string {
  const percent = ({ value, low, high }: Measured): string =>
    `${(value * 100).toFixed(1)} [${(low * 100).toFixed(1)}, ${(high * 100).toFixed(1)}]`;
  const accuracy = formatTable(
    ['accuracy in %, 95% interval', 'rows', ...strategies],
    groups.map((group) => [
      group.group,
      String(group.samples),
      ...strategies.map((strategy) => percent(group.accuracy[strategy] ?? { value: NaN, low: NaN, high: NaN })),
    ]),
  );
  const others = strategies.slice(1);
  const difference = formatTable(
    [`${strategies[0] ?? ''} minus (points)`, ...others],
    groups.map((group) => [
      group.group,
      ...others.map((strategy) => percent(group.differenceTo[strategy] ?? { value: NaN, low: NaN, high: NaN })),
    ]),
  );
  return `${accuracy}\n\n${difference}`;
}
