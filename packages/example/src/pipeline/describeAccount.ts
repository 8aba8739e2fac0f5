import type { DataAccount } from './PreparedData.js';

/** An account of the data, in words. */
export interface AccountLines {
  /** Every row accounted for. */
  readonly summary: string;
  /** What the reader should know before believing the numbers, one line each. */
  readonly warnings: readonly string[];
}

/** Says what became of every row. */
export function describeAccount(account: DataAccount): AccountLines {
  const skipped = Object.entries(account.skippedByReason);
  const total = skipped.reduce((sum, [, count]) => sum + count, 0);
  const reasons = skipped.map(([reason, count]) => `${count} ${reason}`).join(', ');
  const { train, validation, test } = account.splits;
  return {
    summary:
      `rows read ${account.rowsRead} = used ${account.rowsUsed} + skipped ${total}${reasons ? ` (${reasons})` : ''}; ` +
      `train ${train}, validation ${validation}, test ${test}`,
    warnings: [
      ...account.warnings,
      ...(account.blankImages > 0 ? [`${account.blankImages} rows are trained without their image`] : []),
      ...(account.duplicatesAcrossSplits > 0
        ? [
            `${account.duplicatesAcrossSplits} exact duplicates lie in more than one split; the numbers flatter the model`,
          ]
        : []),
    ],
  };
}
