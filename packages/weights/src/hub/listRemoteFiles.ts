import { assertFileName } from '../folders/assertFileName.js';
import { type HubClient } from './HubClient.js';
import { HubError } from './HubError.js';
import { type Content } from './ModelCache.js';

/** What a repository holds. */
export interface RemoteFiles {
  readonly commit: string;
  /** Contents by name. */
  readonly files: ReadonlyMap<string, Content>;
}

/**
 * Asks what a repository holds at a revision. Nothing in the answer is trusted.
 *
 * @throws HubError when it cannot be had, or is of another form
 */
export async function listRemoteFiles(
  client: HubClient,
  { id, revision, attempts }: { readonly id: string; readonly revision: string; readonly attempts: number },
): Promise<RemoteFiles> {
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
    attempts,
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
function readSibling(sibling: Sibling, client: HubClient, id: string): [string, Content][] {
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
