import { defaultTransport } from './defaultTransport.js';
import { downloadBlob } from './downloadBlob.js';
import { HubClient, type HubTransport } from './HubClient.js';
import { HubError } from './HubError.js';
import { hubSettings, type Environment } from './hubSettings.js';
import { listRemoteFiles, type RemoteFiles } from './listRemoteFiles.js';
import { type Content, isCommit, ModelCache } from './ModelCache.js';
import { assertRevision, parseModelReference } from './parseModelReference.js';
import { isWholeModel, selectModelFiles } from './selectModelFiles.js';
import { explainStorageFailure } from './storageFailure.js';

/** How far a download is. */
export interface DownloadProgress {
  /** Bytes of all wanted files that are there. */
  readonly done: number;
  /** Bytes of all wanted files. */
  readonly total: number;
}

/** Options of {@link downloadModel}. */
export interface DownloadModelOptions {
  /** Branch, tag or commit, where the reference names none; default 'main'. */
  readonly revision?: string | undefined;
  /** Folder of all models; default as Python's: `HF_HUB_CACHE`, or `hub` in `HF_HOME`, or `~/.cache/huggingface/hub`. */
  readonly cacheDir?: string | undefined;
  /** Whether to take what the cache holds and ask nobody; default `HF_HUB_OFFLINE`. */
  readonly offline?: boolean | undefined;
  /** Default `HF_TOKEN`, or the token of Python's `hf auth login`. */
  readonly token?: string | undefined;
  /** Default `HF_ENDPOINT`, or https://huggingface.co. */
  readonly endpoint?: string | undefined;
  /** Which of the repository's files are wanted; default {@link selectModelFiles}. */
  readonly select?: ((available: readonly string[]) => readonly string[]) | undefined;
  /** Hears about each piece that arrives. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Gives up when it is aborted; what has arrived is used next time. */
  readonly signal?: AbortSignal | undefined;
  /** Default `process.env`. */
  readonly env?: Environment | undefined;
  /** The network and the clock, for proxies and tests; what is missing is the default. */
  readonly transport?: Partial<HubTransport> | undefined;
}

/** A model on this machine. */
export interface DownloadedModel {
  /** Folder with the files under their names; `openFolder` opens it. */
  readonly folder: string;
  /** The commit that the revision was. */
  readonly commit: string;
}

const filesAtATime = 3;

/**
 * Downloads a model from the Hugging Face hub into the cache that Python uses too, or finds it there. Only the files that are needed, each verified by
 * length and hash before it gets its name. A download that was interrupted goes on where it stopped.
 *
 * Reference: huggingface_hub 2.4, `snapshot_download`, without its locks. A revision that is a whole commit needs no request once it is in the cache;
 * where nobody answers, what the cache holds of a branch or tag is taken. What others put into the cache is compared with its hash once.
 *
 * @param reference - `organization/name[@revision]`
 * @param options - version, place, and who hears about it
 * @throws HubError when it cannot be had; its `code` says why
 */
export async function downloadModel(reference: string, options: DownloadModelOptions = {}): Promise<DownloadedModel> {
  const settings = hubSettings(options.env ?? process.env);
  const { id, revision: named } = parseModelReference(reference);
  const revision = named ?? options.revision ?? 'main';
  assertRevision(revision);
  const cache = new ModelCache(options.cacheDir ?? settings.cacheDir, id);
  const cached = await findCached(cache, revision, options.select);
  if (cached && isCommit(revision)) return cached;
  if (options.offline ?? settings.offline) {
    if (cached) return cached;
    throw await missingOffline(cache, id, revision);
  }
  const transport = { ...defaultTransport, ...options.transport };
  const client = new HubClient({
    endpoint: (options.endpoint ?? settings.endpoint).replace(/\/+$/, ''),
    token: options.token ?? settings.token,
    transport,
    signal: options.signal,
    hint: settings.proxyHint,
  });
  let remote: RemoteFiles;
  try {
    remote = await listRemoteFiles(client, { id, revision, attempts: cached ? 1 : transport.attempts });
  } catch (error) {
    // As in Python, what was there last time serves while nobody answers.
    if (cached && error instanceof HubError && error.code === 'network') return cached;
    throw error;
  }
  try {
    return await fetchModel(client, cache, { id, revision, ...remote }, options);
  } catch (error) {
    throw explainStorageFailure(error, cache.folder);
  }
}

interface RemoteModel extends RemoteFiles {
  readonly id: string;
  readonly revision: string;
}

async function fetchModel(
  client: HubClient,
  cache: ModelCache,
  { id, revision, commit, files }: RemoteModel,
  { select = selectModelFiles, onProgress }: DownloadModelOptions,
): Promise<DownloadedModel> {
  const wanted = select([...files.keys()]).map((name): WantedFile => {
    const file = files.get(name);
    if (!file) throw new HubError('not-found', `${id}@${revision}: there is no file "${name}".`);
    return { name, ...file };
  });
  await cache.prepare();
  await fetchFiles(client, cache, { id, commit, wanted }, onProgress);
  await cache.rememberCommit(revision, commit);
  return { folder: cache.snapshot(commit), commit };
}

interface WantedFile extends Content {
  readonly name: string;
}

async function fetchFiles(
  client: HubClient,
  cache: ModelCache,
  { id, commit, wanted }: { id: string; commit: string; wanted: readonly WantedFile[] },
  onProgress: DownloadModelOptions['onProgress'],
): Promise<void> {
  const arrived = new Map<string, number>();
  const total = wanted.reduce((sum, { size }) => sum + size, 0);
  const report = (name: string, bytes: number): void => {
    arrived.set(name, bytes);
    onProgress?.({ done: [...arrived.values()].reduce((sum, done) => sum + done, 0), total });
  };
  const queue = [...wanted];
  const worker = async (): Promise<void> => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const { name, hash, size } = file;
      if (!(await cache.hasFile(commit, name, file))) {
        if (!(await cache.hasBlob(file))) {
          const path = `/${id}/resolve/${commit}/${name.split('/').map(encodeURIComponent).join('/')}`;
          await downloadBlob(client, { path, hash, size }, cache.blob(hash), (bytes) => report(name, bytes));
        }
        await cache.link(commit, name, hash);
      }
      report(name, size);
    }
  };
  const results = await Promise.allSettled(Array.from({ length: filesAtATime }, worker));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** What the cache holds of a revision, if it is enough and undamaged. */
async function findCached(
  cache: ModelCache,
  revision: string,
  select: DownloadModelOptions['select'],
): Promise<DownloadedModel | undefined> {
  const commit = await cache.commitOf(revision);
  if (commit === undefined) return undefined;
  const files = await cache.filesOf(commit);
  const chosen = (select ?? selectModelFiles)(files);
  // Which files another selection would have found on the hub is not known here.
  const isEnough = select ? chosen.length > 0 : isWholeModel(files);
  if (!isEnough || (await cache.damagedFiles(commit, chosen)).length > 0) return undefined;
  return { folder: cache.snapshot(commit), commit };
}

async function missingOffline(cache: ModelCache, id: string, revision: string): Promise<HubError> {
  const commit = await cache.commitOf(revision);
  const files = commit === undefined ? [] : (await cache.filesOf(commit)).sort();
  const damaged = commit === undefined ? [] : await cache.damagedFiles(commit, files);
  const whole = files.filter((name) => !damaged.includes(name)).slice(0, 10);
  const found = whole.length === 0 ? 'nothing of it' : `only ${whole.join(', ')}`;
  return new HubError(
    'offline',
    `${id}@${revision}: config.json and weights must be in ${cache.folder}, because nothing may be downloaded; found ${found}` +
      `${damaged.length === 0 ? '' : ` (damaged: ${damaged.slice(0, 10).join(', ')})`}. ` +
      'Run once without offline, or copy the folder from a machine that has it.',
  );
}
