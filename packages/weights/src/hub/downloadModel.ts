import { assertFileName } from '../folders/assertFileName.js';
import { downloadBlob, type Blob } from './downloadBlob.js';
import { HubClient, type HubTransport } from './HubClient.js';
import { HubError } from './HubError.js';
import { hubSettings, type Environment } from './hubSettings.js';
import { isCommit, ModelCache } from './ModelCache.js';
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
  /** For tests: the network and the clock. */
  readonly transport?: Partial<HubTransport> | undefined;
}

/** A model on this machine. */
export interface DownloadedModel {
  /** Folder with the files under their names; `openFolder` opens it. */
  readonly folder: string;
  /** The commit that the revision was. */
  readonly commit: string;
}

const defaultTransport: HubTransport = {
  fetch: (...args) => fetch(...args),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
  idleTimeoutMs: 20_000,
  attempts: 5,
};
const filesAtATime = 3;

/**
 * Downloads a model from the Hugging Face hub into the cache that Python uses too, or finds it there. Only the files that are needed, each verified by
 * length and hash before it gets its name. A download that was interrupted goes on where it stopped.
 *
 * Reference: huggingface_hub 2.4, `snapshot_download`. A revision that is a whole commit needs no request once it is
 * in the cache.
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
  const endpoint = (options.endpoint ?? settings.endpoint).replace(/\/+$/, '');
  const client = new HubClient(endpoint, options.token ?? settings.token, transport, options.signal);
  const { commit, files } = await listFiles(client, id, revision);
  const wanted = (options.select ?? selectModelFiles)([...files.keys()]).map((name): WantedFile => {
    const file = files.get(name);
    if (!file) throw new HubError('not-found', `${id}@${revision}: there is no file "${name}".`);
    return { name, ...file };
  });
  try {
    await cache.prepare();
    await fetchFiles(client, cache, { id, commit, wanted }, options.onProgress);
    await cache.rememberCommit(revision, commit);
  } catch (error) {
    throw explainStorageFailure(error, cache.folder);
  }
  return { folder: cache.snapshot(commit), commit };
}

interface RemoteFile {
  readonly hash: string;
  readonly size: number;
}

interface WantedFile extends RemoteFile {
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
      if (!(await cache.hasBlob(hash, size))) {
        const path = `/${id}/resolve/${commit}/${name.split('/').map(encodeURIComponent).join('/')}`;
        const blob: Blob = { path, hash, size };
        await downloadBlob(client, blob, cache.blob(hash), (bytes) => report(name, bytes));
      }
      await cache.link(commit, name, hash);
      report(name, size);
    }
  };
  const results = await Promise.allSettled(Array.from({ length: filesAtATime }, worker));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** What the repository holds at a revision; nothing in the answer is trusted. */
async function listFiles(
  client: HubClient,
  id: string,
  revision: string,
): Promise<{ commit: string; files: Map<string, RemoteFile> }> {
  const path = `/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const answer = await client.request(
    path,
    () => ({ accept: 'application/json' }),
    async (response) => {
      const decoder = new TextDecoder();
      let text = '';
      for await (const piece of client.pieces(response)) {
        text += decoder.decode(piece, { stream: true });
        if (text.length > 64_000_000) throw unusable(client, id, 'a list of more than 64 MB');
      }
      try {
        return JSON.parse(text) as unknown;
      } catch {
        throw unusable(client, id, 'something that is not JSON');
      }
    },
  );
  const { sha, siblings } = (answer ?? {}) as { sha?: unknown; siblings?: unknown };
  if (typeof sha !== 'string' || !/^[0-9a-f]{40}$/.test(sha) || !Array.isArray(siblings)) {
    throw unusable(client, id, 'no commit or no files');
  }
  const entries = siblings.flatMap((sibling) => readSibling(sibling as Sibling, client, id));
  return { commit: sha, files: new Map(entries) };
}

interface Sibling {
  readonly rfilename?: unknown;
  readonly size?: unknown;
  readonly blobId?: unknown;
  readonly lfs?: { readonly sha256?: unknown; readonly size?: unknown } | null;
}

/** One file of the list; none for a name that could lead elsewhere, which nobody needs. */
function readSibling(sibling: Sibling, client: HubClient, id: string): [string, RemoteFile][] {
  const { rfilename: name, lfs } = sibling;
  const [hash, size] = lfs ? [lfs.sha256, lfs.size ?? sibling.size] : [sibling.blobId, sibling.size];
  if (typeof name !== 'string') throw unusable(client, id, 'a file without a name');
  const isHash = typeof hash === 'string' && (lfs ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{40}$/).test(hash);
  if (!isHash || typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw unusable(client, id, `no hash or size of "${name.slice(0, 80)}"`);
  }
  try {
    assertFileName(name, 'model');
  } catch {
    return [];
  }
  return [[name, { hash, size }]];
}

function unusable(client: HubClient, id: string, received: string): HubError {
  return new HubError(
    'network',
    `${client.endpoint}: a list of the files of ${id} must come, got ${received}. Check HF_ENDPOINT.`,
  );
}

/** What the cache holds of a revision, if it is enough. */
async function findCached(
  cache: ModelCache,
  revision: string,
  select: DownloadModelOptions['select'],
): Promise<DownloadedModel | undefined> {
  const commit = await cache.commitOf(revision);
  if (commit === undefined) return undefined;
  const files = await cache.filesOf(commit);
  // Which files another selection would have found on the hub is not known here.
  const isEnough = select ? select(files).length > 0 : isWholeModel(files);
  return isEnough ? { folder: cache.snapshot(commit), commit } : undefined;
}

async function missingOffline(cache: ModelCache, id: string, revision: string): Promise<HubError> {
  const commit = await cache.commitOf(revision);
  const files = commit === undefined ? [] : await cache.filesOf(commit);
  const found = files.length === 0 ? 'nothing of it' : `only ${files.sort().slice(0, 10).join(', ')}`;
  return new HubError(
    'offline',
    `${id}@${revision}: config.json and weights must be in ${cache.folder}, because nothing may be downloaded; found ${found}. ` +
      'Run once without offline, or copy the folder from a machine that has it.',
  );
}
