import { basename } from 'node:path';
import { renderReport } from '@crossmodal/viz';
import type { Comparison } from '../compare/Comparison.js';
import type { RunFolder } from '../run/RunFolder.js';
import { composeReport } from './composeReport.js';
import { readRunFiles } from './readRunFiles.js';

/** Options of {@link writeReport}. */
export interface ReportOptions {
  /** Other models on the same rows. */
  readonly comparison?: Pick<Comparison, 'model' | 'groups'>;
  /** Folder that gets the report; default the run's own. */
  readonly target?: RunFolder;
}

/**
 * Writes `report.html` from what lies in a run folder: the model and the data file are not needed.
 *
 * The page holds its pictures and asks for nothing else, so it may be moved and sent.
 *
 * @returns path of the report
 * @throws ConfigError when the folder holds no run
 */
export async function writeReport(folder: RunFolder, options: ReportOptions = {}): Promise<string> {
  const { comparison, target = folder } = options;
  const data = composeReport(basename(target.path), await readRunFiles(folder.path), comparison);
  await target.writeText('report.html', renderReport(data));
  return target.file('report.html');
}
