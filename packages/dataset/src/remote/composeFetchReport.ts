import { groupBy } from '../grouping/groupBy.js';
import { isSettled } from './FetchFailure.js';
import type { FailedRecord, FetchRecord } from './FetchRecord.js';
import type { FetchFailureGroup, FetchReport } from './FetchReport.js';
import type { ImageSurvey, SurveyedAddress } from './surveyImages.js';

const EXAMPLES = 3;

/**
 * Counts what a run did.
 *
 * @param records - how each address ended, by key; none for those that were not asked
 * @param fetched - keys of those that this run fetched
 */
export function composeFetchReport(
  { addresses, rows, places }: ImageSurvey,
  records: ReadonlyMap<string, FetchRecord>,
  fetched: ReadonlySet<string>,
  stopped: boolean,
): FetchReport {
  const counts = { named: addresses.length, fetched: fetched.size, present: 0, failed: 0, open: 0 };
  const files = new Set<string>();
  const failures: { address: SurveyedAddress; record: FailedRecord }[] = [];
  let rowsWithImage = 0;
  let bytesFetched = 0;
  for (const address of addresses) {
    const record = records.get(address.key);
    if (!record) counts.open += 1;
    else if (record.status === 'failed') failures.push({ address, record });
    else {
      files.add(record.file);
      rowsWithImage += address.rows;
      if (fetched.has(address.key)) bytesFetched += record.bytes;
      else counts.present += 1;
    }
  }
  counts.failed = failures.length;
  return {
    ...places,
    stopped,
    rows,
    addresses: counts,
    rowsWithImage,
    pictures: files.size,
    bytesFetched,
    failures: groupFailures(failures),
  };
}

function groupFailures(
  failures: readonly { readonly address: SurveyedAddress; readonly record: FailedRecord }[],
): FetchFailureGroup[] {
  return [...groupBy(failures, ({ record }) => record.reason)]
    .map(([reason, members]) => ({
      reason,
      addresses: members.length,
      rows: members.reduce((sum, { address }) => sum + address.rows, 0),
      askedAgain: !isSettled(reason),
      examples: members
        .slice(0, EXAMPLES)
        .map(({ address, record }) => ({ line: address.line, url: address.shown, error: record.error })),
    }))
    .sort((a, b) => b.addresses - a.addresses);
}
