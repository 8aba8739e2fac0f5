import type { HistoryEpoch } from '@crossmodal/viz';

/** One row of `results.csv`. */
export interface EpochRow extends HistoryEpoch {
  readonly metrics: Readonly<Record<string, number>>;
  readonly isBest: boolean;
}

const VALIDATION = 'validation_';

/**
 * Reads `results.csv` by the names in its header, whatever their order; a `validation_` column is a metric.
 *
 * The log loss on the validation samples is the loss that training makes small, so it stands beside the training loss.
 */
export function parseResults(csv: string): EpochRow[] {
  const [header = '', ...lines] = csv.split(/\r?\n/).filter((line) => line !== '');
  const names = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    const cell = (name: string): string | undefined => cells[names.indexOf(name)];
    const metrics: Record<string, number> = {};
    names.forEach((name, column) => {
      if (name.startsWith(VALIDATION)) metrics[name.slice(VALIDATION.length)] = toNumber(cells[column]);
    });
    return {
      epoch: toNumber(cell('epoch')),
      trainLoss: toNumber(cell('train_loss')),
      validationLoss: toNumber(cell('validation_loss') ?? cell('validation_logLoss')),
      metrics,
      isBest: cell('is_best') === 'true',
    };
  });
}

function toNumber(cell: string | undefined): number {
  return cell === undefined || cell === '' ? NaN : Number(cell);
}
