import { mkdirSync, writeFileSync } from 'node:fs';
import { startBackend } from '@crossmodal/backends';
import { buildVocabulary, TextTokenizer } from '@crossmodal/text-encoder';
import type { TrainConfigInput } from '../../config/TrainConfig.js';
import { resolveConfig } from '../../config/resolveConfig.js';
import { buildImageProcessor, buildModel, usesImages } from '../../pipeline/buildModel.js';
import { TokenCache } from '../../pipeline/TokenCache.js';
import { findCheckpoint, loadCheckpoint } from '../../pipeline/loadRun.js';
import { prepareData } from '../../pipeline/prepareData.js';
import { readWorldTruth } from '../../pipeline/readWorldTruth.js';
import { saveCheckpoint } from '../../pipeline/saveCheckpoint.js';
import type { ExplainRunOptions } from '../../pipeline/writeExplanations.js';
import { describeEnvironment } from '../../run/environment.js';
import { RunFolder } from '../../run/RunFolder.js';

/** A run folder whose best checkpoint has fresh weights: all that the end of a run needs, without training. */
export async function untrainedRun(settings: TrainConfigInput): Promise<ExplainRunOptions> {
  const backend = await startBackend('wasm');
  const resolved = resolveConfig([{ source: 'argument', values: settings }]);
  const { config } = resolved;
  const folder = await RunFolder.create(config.project, config.name);
  const environment = describeEnvironment(backend);
  const processor = buildImageProcessor(config);
  const onEvent = (): void => undefined;
  const data = await prepareData(config, processor, onEvent);
  const vocabulary = buildVocabulary(
    data.splits.train.map((sample) => sample.text),
    { size: config.vocabularySize },
  );
  const tokenizer = TextTokenizer.fromVocabulary(vocabulary, { modelMaxLength: config.maxLength });
  const model = buildModel(config, { tokenizer, id2label: data.labels.id2label });
  await saveCheckpoint(folder.file('checkpoints', 'step-000001'), {
    model,
    tokenizer,
    processor: usesImages(config.fusionStrategy) ? processor : undefined,
  });
  model.dispose();
  mkdirSync(folder.checkpoints, { recursive: true });
  writeFileSync(folder.file('checkpoints', 'best.json'), JSON.stringify({ checkpoint: 'step-000001' }));
  await folder.writeJson('config.json', resolved);
  await folder.writeJson('environment.json', environment);
  await folder.writeJson('data.json', data.account);
  const loaded = await loadCheckpoint(findCheckpoint(folder.path));
  return {
    folder,
    config,
    data,
    features: {},
    onEvent,
    loaded,
    source: { ...loaded, images: data.images, batchSize: config.batchSize },
    tokens: new TokenCache(loaded.tokenizer, loaded.maxLength),
    truth: await readWorldTruth(
      data.account.path,
      loaded.processor && { processor: loaded.processor, patchSize: config.patchSize },
    ),
  };
}
