import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { forEachConcurrently } from '../concurrency/forEachConcurrently.js';
import { groupBy } from '../grouping/groupBy.js';
import { isSettled } from './FetchFailure.js';
import type { FetchImagesOptions } from './FetchImagesOptions.js';
import { FetchJournal } from './FetchJournal.js';
import type { FetchRecord } from './FetchRecord.js';
import {
  surveyImages,
  type FetchPlaces,
  type ImageSurvey,
  type RowCounts,
  type SurveyedAddress,
} from './surveyImages.js';

const LOOKED_AT_ONCE = 64;

/** What {@link fetchImages} would do. */
export interface FetchPlan extends FetchPlaces {
  readonly rows: RowCounts;
  /** Distinct addresses: `named` is the sum of the others. */
  readonly addresses: {
    readonly named: number;
    /** There from a former run. */
    readonly present: number;
    /** Failed for good in a former run, and not asked again. */
    readonly settled: number;
    /** Neither http nor https. */
    readonly unsupported: number;
    readonly toFetch: number;
  };
  /** Hosts of the addresses to fetch, most addresses first. */
  readonly hosts: readonly { readonly host: string; readonly addresses: number }[];
}

/**
 * Says what {@link fetchImages} would fetch, without asking anybody or writing anything.
 *
 * @throws {@link DatasetError} as `loadSamples`
 */
export async function planImageFetch(csv: string, options: FetchImagesOptions = {}): Promise<FetchPlan> {
  const survey = await surveyImages(csv, options);
  const { known, byHost } = await openAddresses(survey, options.retryFailed ?? false);
  const hosts = [...byHost].map(([host, { length: addresses }]) => ({ host, addresses }));
  const unsupported = survey.addresses.filter(({ url }) => !url).length;
  const present = [...known.values()].filter(({ status }) => status === 'fetched').length;
  return {
    ...survey.places,
    rows: survey.rows,
    addresses: {
      named: survey.addresses.length,
      present,
      settled: known.size - present - unsupported,
      unsupported,
      toFetch: survey.addresses.length - known.size,
    },
    hosts: hosts.sort((a, b) => b.addresses - a.addresses),
  };
}

/** Addresses that are to be asked, and how the others have ended. */
export interface OpenAddresses {
  /** By key. */
  readonly known: Map<string, FetchRecord>;
  /** In the order of the file. */
  readonly byHost: ReadonlyMap<string, readonly AskableAddress[]>;
}

/** An address that can be asked. */
export interface AskableAddress extends SurveyedAddress {
  readonly url: URL;
}

/** Looks up in the journal and on the disk which addresses are left to ask. */
export async function openAddresses({ addresses, places }: ImageSurvey, retryFailed: boolean): Promise<OpenAddresses> {
  const journal = await FetchJournal.read(places.journalPath);
  const known = new Map<string, FetchRecord>();
  await forEachConcurrently(addresses, LOOKED_AT_ONCE, async ({ key, url, shown }) => {
    const record = journal.get(key);
    if (!url) known.set(key, unsupported(key, shown));
    else if (record?.status === 'fetched') {
      const found = await stat(join(places.folder, record.file)).catch(() => undefined);
      if (found?.size === record.bytes) known.set(key, record);
    } else if (record && isSettled(record.reason) && !retryFailed) known.set(key, record);
  });
  const open = addresses.flatMap(({ url, ...address }) =>
    url && !known.has(address.key) ? [{ ...address, url }] : [],
  );
  return { known, byHost: groupBy(open, ({ url }) => url.host) };
}

function unsupported(key: string, url: string): FetchRecord {
  return { key, url, status: 'failed', reason: 'unsupported address', error: 'expected http or https', tries: 0 };
}
