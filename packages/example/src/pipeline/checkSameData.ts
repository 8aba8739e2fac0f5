import { readFileSync } from 'node:fs';
import { ConfigError } from '../config/ConfigError.js';
import type { RunFolder } from '../run/RunFolder.js';
import type { DataAccount } from './PreparedData.js';

/**
 * Sees to it that a run goes on with the rows and splits that it began with.
 *
 * @param folder - of the run, with its `data.json`
 * @throws ConfigError when the data has changed since
 */
export function checkSameData(folder: RunFolder, account: DataAccount): void {
  const before = JSON.parse(readFileSync(folder.file('data.json'), 'utf8')) as DataAccount;
  if (before.fingerprint === account.fingerprint && before.splitHash === account.splitHash) return;
  throw new ConfigError(
    `resume: ${account.path} has changed since the run began (${before.rowsUsed} rows then, ${account.rowsUsed} now). ` +
      'Restore the file, or start a new run.',
  );
}
