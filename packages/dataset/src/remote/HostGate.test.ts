import { describe, expect, it } from 'vitest';
import { virtualClock } from './__fixtures__/virtualClock.js';
import { HostGate } from './HostGate.js';

const { signal } = new AbortController();

describe('HostGate', () => {
  it('keeps requests apart, however many wait', async () => {
    const clock = virtualClock(1000);
    const gate = new HostGate(100, clock);
    const passed: number[] = [];
    const worker = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        await gate.pass(signal);
        passed.push(clock.now());
      }
    };
    await clock.run(Promise.all([worker(), worker()]));
    expect(passed).toEqual([1000, 1100, 1200, 1300, 1400, 1500]);
  });

  it('lets nobody pass while the host wants to be left alone; the longer wait counts', async () => {
    const clock = virtualClock(1000);
    const gate = new HostGate(0, clock);
    gate.pause(60_000);
    gate.pause(10);
    expect(await clock.run(gate.pass(signal))).toBeUndefined();
    expect(clock.now()).toBe(61_000);
  });

  it('gives up a host that wants a long wait', async () => {
    const gate = new HostGate(0, virtualClock(1000));
    gate.pause(120_001);
    expect(await gate.pass(signal)).toMatchObject({
      reason: 'busy',
      detail: 'the host wants to be left alone for 121 s',
    });
  });

  it('gives up a host after five addresses in a row without an answer', async () => {
    const gate = new HostGate(0, virtualClock(1000));
    for (const hasAnswered of [false, false, false, false, true, false, false, false, false]) gate.settle(hasAnswered);
    expect(await gate.pass(signal)).toBeUndefined();
    gate.settle(false);
    expect(await gate.pass(signal)).toMatchObject({ reason: 'unreachable' });
  });
});
