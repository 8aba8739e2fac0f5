import type { BackendSpeeds } from '@crossmodal/backends';
import { expect, it } from 'vitest';
import { describeSpeeds } from './describeSpeeds.js';

const measured: BackendSpeeds = {
  measuredAt: '2026-01-02T03:04:05.000Z',
  speeds: [{ backend: 'wasm', device: 'CPU', matMulGflops: 12.34, stepMs: 4 }],
  notUsed: [{ backend: 'webgpu', why: 'webgpu not used: no GPU' }],
};

it('shows what was measured, and when', () => {
  expect(describeSpeeds(measured)).toEqual([
    'measured on 2026-01-02   attention   matmul GFLOP/s   (doctor --measure: again)',
    '  wasm                4.00 ms      12.3',
    '',
  ]);
});

it('says why the measurements are not kept, whatever the words', () => {
  expect(describeSpeeds({ ...measured, notKept: 'a full disk' }).slice(-2)).toEqual(['a full disk', '']);
});

it('says that nothing was measured', () => {
  expect(describeSpeeds(undefined)[0]).toBe('nothing is measured here: auto goes by a fixed order');
});
