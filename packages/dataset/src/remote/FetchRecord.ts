import type { ImageFormat } from '../images/sniffFormat.js';
import { isFailureReason, type FetchFailureReason } from './FetchFailure.js';
import { isStoredName } from './storeImage.js';

/** How an address ended: one line of `journal.jsonl`. */
export type FetchRecord = FetchedRecord | FailedRecord;

interface AddressRecord {
  /** Half of the SHA-256 of the address. */
  readonly key: string;
  /** The address without user, password and query. */
  readonly url: string;
  /** How often it was asked. */
  readonly tries: number;
}

/** An image that is there. */
interface FetchedRecord extends AddressRecord {
  readonly status: 'fetched';
  /** Name beside the journal. */
  readonly file: string;
  readonly bytes: number;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
  /** By content. */
  readonly type: ImageFormat;
}

/** An image that could not be had. */
export interface FailedRecord extends AddressRecord {
  readonly status: 'failed';
  readonly reason: FetchFailureReason;
  /** What was found in the last try. */
  readonly error: string;
}

/** Reads a line; undefined when it is none, such as one that a killed process left half written. */
export function parseFetchRecord(line: string): FetchRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  // Every field is looked at below: the file may have been changed by hand.
  const record = value as Partial<Record<keyof FetchedRecord | keyof FailedRecord, unknown>>;
  if (typeof record.key !== 'string' || typeof record.url !== 'string') return undefined;
  const isFetched = record.status === 'fetched' && typeof record.bytes === 'number';
  if (isFetched && typeof record.file === 'string' && isStoredName(record.file)) return value as FetchedRecord;
  if (record.status === 'failed' && isFailureReason(record.reason)) return value as FailedRecord;
  return undefined;
}
