import { beforeEach, describe, expect, it } from 'vitest';
import { TerminalReporter, type TerminalOptions } from './TerminalReporter.js';

describe('TerminalReporter', () => {
  let written: string[];
  let time: number;
  beforeEach(() => {
    written = [];
    time = 0;
  });

  const reporter = (options: Partial<TerminalOptions> = {}): TerminalReporter =>
    new TerminalReporter({
      write: (text) => written.push(text),
      interactive: false,
      unicode: true,
      columns: () => 80,
      now: () => time,
      ...options,
    });
  const progress = (done: number) =>
    ({ type: 'progress', task: 'training', done, total: 100, unit: 'steps', detail: 'loss 0.5' }) as const;

  it('writes no control character without a terminal, and one line in ten seconds', () => {
    const { report } = reporter();
    for (let step = 0; step <= 100; step++) {
      time = step * 300;
      report(progress(step));
    }
    report({ type: 'message', level: 'warning', text: 'label "\u001b[31mred" occurs once' });
    expect(written.join('')).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(written).toEqual([
      'training   7%    7/100 steps  28 s left  loss 0.5\n',
      'training  41%   41/100 steps  18 s left  loss 0.5\n',
      'training  75%   75/100 steps  7.5 s left  loss 0.5\n',
      'training 100%  100/100 steps  loss 0.5\n',
      'warning: label " [31mred" occurs once\n',
    ]);
  });

  it('says nothing about what takes less than two seconds', () => {
    const { report } = reporter();
    report(progress(1));
    time = 1500;
    report(progress(100));
    expect(written).toEqual([]);
  });

  it('draws a bar that never exceeds the window and wipes it before a line', () => {
    const shown = reporter({ interactive: true, columns: () => 40 });
    shown.report(progress(50));
    expect(written[0]?.startsWith('\r\u001b[2K')).toBe(true);
    expect(written[0]?.replace('\r\u001b[2K', '').length).toBeLessThan(40);
    shown.line('hello');
    expect(written.slice(1)).toEqual(['\r\u001b[2K', 'hello\n']);
  });

  it('draws a bar of the same width whatever stands beside it', () => {
    const shown = reporter({ interactive: true });
    const event = { ...progress(50), total: 200 };
    const bars = ['short', 'a detail that is so long that it does not fit into the window'].map((detail) => {
      time += 1000;
      shown.report({ ...event, detail });
      return /[█░]+/u.exec(written.at(-1) ?? '')?.[0];
    });
    expect(bars).toEqual(['█████░░░░░░░░░░░░░░░', '█████░░░░░░░░░░░░░░░']);
    expect(written.at(-1)).toContain('s left  a detail');
  });

  it('uses plain characters where the locale has no others', () => {
    reporter({ interactive: true, unicode: false, columns: () => 120 }).report(progress(50));
    expect(written[0]).toContain('[==============              ]');
  });

  it('aligns epochs under one header', () => {
    const { report } = reporter();
    const epoch = {
      type: 'epoch',
      epochs: 2,
      trainLoss: 0.51234,
      validation: { accuracy: 0.9 },
      learningRate: 1e-3,
      seconds: 12,
      samplesPerSecond: 400,
      isBest: true,
    } as const;
    report({ ...epoch, epoch: 1 });
    report({ ...epoch, epoch: 2, isBest: false });
    expect(written).toEqual([
      '  epoch  train loss  val accuracy  samples/s    time\n',
      '    1/2      0.5123        0.9000        400    12 s  best\n',
      '    2/2      0.5123        0.9000        400    12 s\n',
    ]);
  });
});
