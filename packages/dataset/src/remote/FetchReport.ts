import type { FetchFailureReason } from './FetchFailure.js';
import type { FetchPlaces, RowCounts } from './surveyImages.js';

/** Distinct addresses by what became of them: `named` is the sum of the others. */
export interface AddressCounts {
  readonly named: number;
  /** Fetched by this run. */
  readonly fetched: number;
  /** There from a former run. */
  readonly present: number;
  readonly failed: number;
  /** Not asked, because the run was stopped. */
  readonly open: number;
}

/** Addresses that failed for one reason. */
export interface FetchFailureGroup {
  readonly reason: FetchFailureReason;
  readonly addresses: number;
  /** Rows that name them; their image column is empty in the new file. */
  readonly rows: number;
  /** Whether a later run asks for them again on its own. */
  readonly askedAgain: boolean;
  /** The first few in the order of the file. */
  readonly examples: readonly FetchFailureExample[];
}

/** One address that failed. */
export interface FetchFailureExample {
  /** Line of the CSV file on which it first occurs, from 1. */
  readonly line: number;
  /** Without user, password and query. */
  readonly url: string;
  readonly error: string;
}

/** What {@link fetchImages} did. */
export interface FetchReport extends FetchPlaces {
  /** Whether the run was stopped before its end: there is no new CSV file then. */
  readonly stopped: boolean;
  readonly rows: RowCounts;
  readonly addresses: AddressCounts;
  /** Rows with an address whose image is there. */
  readonly rowsWithImage: number;
  /** Different pictures among those that are there; fewer than addresses where servers send placeholders. */
  readonly pictures: number;
  /** Bytes that this run fetched. */
  readonly bytesFetched: number;
  /** Most frequent reason first. */
  readonly failures: readonly FetchFailureGroup[];
}
