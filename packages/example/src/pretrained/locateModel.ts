import { type DownloadModelOptions, resolveModel, type ResolvedModel } from '@crossmodal/weights';
import type { TrainConfig } from '../config/TrainConfig.js';
import type { OnRunEvent } from '../run/RunEvent.js';

const MEGABYTE = 2 ** 20;

/** The settings that decide where a model comes from. */
export type ModelSettings = Pick<TrainConfig, 'revision' | 'cacheDir' | 'offline'>;

/** What a run remembers of a pretrained model, so that it can be continued with exactly the same one. */
export interface ModelRecord extends ResolvedModel {
  /** As the user named it. */
  readonly reference: string;
}

/**
 * Finds a model on this machine or downloads it, with a progress bar.
 *
 * @param reference - folder, or `organization/name[@revision]`
 * @throws HubError when it cannot be had
 */
export async function locateModel(
  reference: string,
  { revision, cacheDir, offline }: ModelSettings,
  onEvent: OnRunEvent,
  { signal, select }: Pick<DownloadModelOptions, 'signal' | 'select'> = {},
): Promise<ModelRecord> {
  const found = await resolveModel(reference, {
    revision,
    cacheDir,
    // The setting can switch downloads off; the environment may do so too.
    ...(offline ? { offline } : {}),
    signal,
    select,
    onNotice: (text) => onEvent({ type: 'message', level: 'info', text }),
    onProgress: ({ done, total }) =>
      onEvent({
        type: 'progress',
        task: `downloading ${reference}`,
        done: Math.round(done / MEGABYTE),
        total: Math.max(1, Math.round(total / MEGABYTE)),
        unit: 'MB',
      }),
  });
  return { reference, ...found };
}
