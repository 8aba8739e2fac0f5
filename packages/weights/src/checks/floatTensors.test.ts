import { describe, expect, it } from 'vitest';
import { floatTensors } from './floatTensors.js';

describe('floatTensors', () => {
  it('takes single and half precision without a copy, and rounds double', () => {
    const data = Float32Array.of(1.5);
    const tensors = floatTensors(
      new Map([
        ['half', { dtype: 'F16', shape: [1], data }],
        ['double', { dtype: 'F64', shape: [], data: Float64Array.of(0.1) }],
      ]),
      'Model',
    );
    expect(tensors.get('half')?.data).toBe(data);
    expect(tensors.get('double')).toEqual({ shape: [], data: Float32Array.of(0.1) });
  });

  it('refuses integers by name and dtype', () => {
    const tensors = new Map([['ids', { dtype: 'I64' as const, shape: [1], data: BigInt64Array.of(1n) }]]);
    const convert = () => floatTensors(tensors, 'Model');
    expect(convert).toThrow(TypeError);
    expect(convert).toThrow('Model: "ids" must be of a floating-point dtype, got I64.');
  });
});
