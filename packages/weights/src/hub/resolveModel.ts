import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadModel, type DownloadedModel, type DownloadModelOptions } from './downloadModel.js';
import { HubError } from './HubError.js';
import { isModelReference } from './parseModelReference.js';

/** A model folder, and the commit it came from if it was downloaded. */
export interface ResolvedModel {
  readonly folder: string;
  readonly commit?: string | undefined;
}

/** Options of {@link resolveModel}. */
export interface ResolveModelOptions extends DownloadModelOptions {
  /** Hears that a folder was taken although the hub may have a model of that name. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

/**
 * Finds a model: a folder of this machine as it is, or else a name on the hub, which is downloaded.
 *
 * A folder wins where both readings are possible. What begins with `.`, `/` or `~` or holds a backslash can only be a folder.
 *
 * @param reference - path of a folder with `config.json`, or `organization/name[@revision]`
 * @param options - see {@link downloadModel}; and who hears which of the two it was
 * @throws HubError when it is neither
 */
export async function resolveModel(
  reference: string,
  { onNotice, ...options }: ResolveModelOptions = {},
): Promise<ResolvedModel | DownloadedModel> {
  if (await isFolder(reference)) {
    if (await isFile(join(reference, 'config.json'))) {
      if (isModelReference(reference)) {
        onNotice?.(
          `model: ${reference} is the folder of that name, not a model on the hub. Write ./${reference} to say so.`,
        );
      }
      return { folder: reference };
    }
    throw new HubError(
      'not-found',
      `model: the folder ${reference} must hold config.json, and does not. Name the folder of an encoder, or a model on the hub.`,
    );
  }
  if (/^[./~]|\\|^[A-Za-z]:/.test(reference)) {
    throw new HubError('not-found', `model: there is no folder ${reference}.`);
  }
  return downloadModel(reference, options);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
