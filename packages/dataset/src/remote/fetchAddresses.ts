import { createLimiter } from '../batches/createLimiter.js';
import { forEachConcurrently } from '../concurrency/forEachConcurrently.js';
import { FetchFailure } from './FetchFailure.js';
import type { FetchJournal } from './FetchJournal.js';
import type { FetchRecord } from './FetchRecord.js';
import type { FetchSettings } from './fetchSettings.js';
import { fetchWithRetries, type FetchOutcome } from './fetchWithRetries.js';
import { HostGate } from './HostGate.js';
import { ImageClient } from './ImageClient.js';
import type { AskableAddress } from './planImageFetch.js';
import { publicAddresses } from './publicAddresses.js';
import { storeImage } from './storeImage.js';

/** What fetching leaves behind, and who hears of it. */
export interface FetchSink {
  /** Folder of the images. */
  readonly folder: string;
  readonly journal: FetchJournal;
  /** Hears of each address once its image and its record are written. */
  readonly onRecord: (record: FetchRecord) => void;
}

/**
 * Fetches the images of all addresses: many hosts at once, few images of each.
 *
 * A host's workers wait for it alone; only a request itself takes one of the places for all hosts.
 *
 * @param signal - stops it; what was in progress is dropped
 * @throws {@link DatasetError} when the disk refuses
 */
export async function fetchAddresses(
  byHost: ReadonlyMap<string, readonly AskableAddress[]>,
  { folder, journal, onRecord }: FetchSink,
  settings: FetchSettings,
  signal: AbortSignal,
): Promise<void> {
  const { concurrency, perHost, hostDelayMs, retries, transport } = settings;
  const isAllowed = settings.allowPrivate ? (): boolean => true : publicAddresses();
  const client = new ImageClient({ ...settings, ...transport, isAllowed });
  const everyHost = createLimiter(concurrency);
  const stop = new AbortController();
  const forward = (): void => stop.abort(signal.reason);
  signal.addEventListener('abort', forward);
  if (signal.aborted) forward();
  const isStopped = (): boolean => stop.signal.aborted;
  let broken: Error | undefined;

  const fetchOne = async (address: AskableAddress, gate: HostGate): Promise<void> => {
    const get = (): ReturnType<typeof client.get> => everyHost.run(() => client.get(address.url, stop.signal));
    const outcome = await fetchWithRetries(get, gate, { retries, ...transport }, stop.signal);
    const record = await keep(folder, address, outcome);
    await journal.append(record);
    onRecord(record);
  };
  const fetchHost = (addresses: readonly AskableAddress[]): Promise<void> => {
    const gate = new HostGate(hostDelayMs, transport);
    return forEachConcurrently(addresses, perHost, async (address) => {
      if (isStopped()) return;
      try {
        await fetchOne(address, gate);
      } catch (error) {
        if (isStopped()) return;
        broken = error instanceof Error ? error : new Error(String(error));
        stop.abort();
      }
    });
  };
  try {
    await Promise.all([...byHost.values()].map(fetchHost));
  } finally {
    signal.removeEventListener('abort', forward);
    client.close();
  }
  if (broken) throw broken;
}

async function keep(folder: string, address: AskableAddress, { result, tries }: FetchOutcome): Promise<FetchRecord> {
  const about = { key: address.key, url: address.shown, tries };
  if (result instanceof FetchFailure) {
    return { ...about, status: 'failed', reason: result.reason, error: result.detail };
  }
  const { bytes, format: type } = result;
  return { ...about, status: 'fetched', ...(await storeImage(folder, result)), bytes: bytes.length, type };
}
