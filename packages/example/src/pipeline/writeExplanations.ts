import { rasterizeSvg, type Sample } from '@crossmodal/dataset';
import { type FigureFonts, loadDejaVuFonts, sampleFigure } from '@crossmodal/viz';
import { drawPictures } from '../report/drawPictures.js';
import {
  type Explanations,
  EXPLANATIONS_FILE,
  type StoredExplanation,
  type StoredReliance,
} from '../report/Explanations.js';
import { reportSample } from '../report/reportSample.js';
import { storeExplanation } from '../report/storeExplanation.js';
import { explainSamples, type ExplainedSample } from './explainSamples.js';
import type { FinishOptions } from './FinishOptions.js';
import type { LoadedModel } from './loadRun.js';
import { measureMean, type Measured } from './measure.js';
import { measureImageReliance } from './measureImageReliance.js';
import type { WorldTruth } from './readWorldTruth.js';
import { seededRandom } from './seededRandom.js';

/** Samples on which image reliance is measured, at most. */
const RELIANCE_SAMPLES = 200;

/** What explaining needs beside what the end of a run knows. */
export interface ExplainRunOptions extends FinishOptions {
  readonly loaded: LoadedModel;
  /** Of the data file, for the model's patches. */
  readonly truth: WorldTruth;
}

/**
 * Explains the first samples of the test split (of the validation split where there is no test): a figure each, the pictures
 * of the report, and `explanations.json`, from which the report can be written again without the model.
 */
export async function writeExplanations(options: ExplainRunOptions): Promise<void> {
  const { folder, config, data, onEvent, loaded, source, tokens, truth } = options;
  const split = (['test', 'validation'] as const).find((name) => data.splits[name].length > 0);
  const samples = split ? data.splits[split] : [];
  const measured = samples.slice(0, Math.max(RELIANCE_SAMPLES, config.reportSamples));
  const shifts = await measureImageReliance(loaded.model, source, tokens, measured, (done) =>
    onEvent({ type: 'progress', task: 'replacing pictures', done, total: measured.length, unit: 'rows' }),
  );
  const shown = samples.slice(0, config.reportSamples);
  const fonts = shown.length > 0 ? await loadDejaVuFonts() : undefined;
  const stored: StoredExplanation[] = [];
  for await (const explained of explainSamples(loaded, source, tokens, shown)) {
    if (fonts) stored.push(await writeSample(explained, stored.length + 1, shifts, fonts, options));
    onEvent({ type: 'progress', task: 'drawing', done: stored.length, total: shown.length, unit: 'samples' });
  }
  const explanations: Explanations = {
    split: split ?? null,
    fusionStrategy: config.fusionStrategy,
    samples: stored,
    imageReliance: relianceOf(shifts, samples, truth, config.seed),
    ceilings: truth.ceilings ?? null,
    pointingByChance: mean(samples.flatMap(({ id }) => truth.decisiveShare(id) ?? [])),
  };
  await folder.writeText(EXPLANATIONS_FILE, `${JSON.stringify(explanations)}\n`);
}

/** Files are named by number: ids may hold anything. */
async function writeSample(
  explained: ExplainedSample,
  number: number,
  shifts: ReadonlyMap<string, number>,
  fonts: FigureFonts,
  { folder, config, truth }: ExplainRunOptions,
): Promise<StoredExplanation> {
  const pictures = await drawPictures(explained);
  const stored = storeExplanation(explained, pictures, {
    strategy: config.fusionStrategy,
    group: truth.kindOf(explained.id),
    imageReliance: shifts.get(explained.id),
    fileOf: (kind, { extension }) => `${number}-${kind}.${extension}`,
  });
  const bytes = new Map<string, Uint8Array>();
  for (const kind of ['image', 'overlay'] as const) {
    const [picture, name] = [pictures[kind], stored[kind]?.file];
    if (!picture || name === undefined) continue;
    bytes.set(name, picture.bytes);
    await folder.writeFigure(name, picture.bytes);
  }
  const figure = sampleFigure(
    reportSample(stored, ({ file }) => bytes.get(file)),
    { fonts },
  );
  await folder.writeFigure(`${number}.png`, await rasterizeSvg(figure));
  return stored;
}

function relianceOf(
  shifts: ReadonlyMap<string, number>,
  samples: readonly Sample[],
  truth: WorldTruth,
  seed: number,
): StoredReliance | null {
  if (shifts.size === 0) return null;
  const random = seededRandom(seed, 'bootstrap image reliance');
  const measured = samples.filter(({ id }) => shifts.has(id));
  const groups = [...new Set(measured.flatMap(({ id }) => truth.kindOf(id) ?? []))].sort();
  const reliance = (own: readonly Sample[]): Measured =>
    measureMean(
      own.map(({ id }) => shifts.get(id) ?? NaN),
      random,
    );
  return {
    samples: measured.length,
    all: reliance(measured),
    groups: groups.map((name) => {
      const own = measured.filter(({ id }) => truth.kindOf(id) === name);
      return { name, samples: own.length, reliance: reliance(own) };
    }),
  };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
