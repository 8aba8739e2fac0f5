import { describe, expect, it } from 'vitest';
import { parseResults } from './parseResults.js';

describe('parseResults', () => {
  it('reads columns by their names, whatever their order', () => {
    const rows = parseResults(
      'is_best,validation_f1,epoch,validation_logLoss,train_loss\nfalse,0.5,1,0.7,0.9\ntrue,0.75,2,0.25,0.125\n',
    );
    expect(rows).toEqual([
      { epoch: 1, trainLoss: 0.9, validationLoss: 0.7, metrics: { f1: 0.5, logLoss: 0.7 }, isBest: false },
      { epoch: 2, trainLoss: 0.125, validationLoss: 0.25, metrics: { f1: 0.75, logLoss: 0.25 }, isBest: true },
    ]);
  });

  it('takes validation_loss before the log loss, and what is empty or NaN as undefined', () => {
    const [row] = parseResults('epoch,train_loss,validation_loss,validation_logLoss\r\n1,NaN,0.5,\r\n');
    expect(row).toMatchObject({ trainLoss: NaN, validationLoss: 0.5, metrics: { loss: 0.5, logLoss: NaN } });
  });

  it.each(['', 'epoch,train_loss\n'])('has no epochs in %j', (csv) => {
    expect(parseResults(csv)).toEqual([]);
  });
});
