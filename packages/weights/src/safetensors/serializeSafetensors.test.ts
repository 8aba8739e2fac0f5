import { describe, expect, it } from 'vitest';
import { goldenFile } from './__fixtures__/goldenFile.js';
import { parseSafetensors } from './parseSafetensors.js';
import { SafetensorsError } from './SafetensorsError.js';
import { serializeSafetensors } from './serializeSafetensors.js';
import { type TensorData } from './TensorData.js';

const one: TensorData = { dtype: 'F32', shape: [1], data: Float32Array.of(1) };
const headerOf = (file: Uint8Array): string => {
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  return new TextDecoder().decode(file.subarray(8, 8 + length));
};

describe('serializeSafetensors', () => {
  it('writes the bytes that the reference implementation writes', () => {
    expect(serializeSafetensors(parseSafetensors(goldenFile()))).toEqual(goldenFile());
  });

  it('writes equal bytes for equal tensors in whatever order they come', () => {
    const tensors = [...parseSafetensors(goldenFile())];
    const turned = new Map([...tensors.slice(5), ...tensors.slice(0, 5).reverse()]);
    expect(serializeSafetensors(turned)).toEqual(goldenFile());
  });

  it('begins the data at a multiple of 8 bytes, whatever the header', () => {
    for (let length = 1; length <= 9; length += 1) {
      const file = serializeSafetensors(new Map([['n'.repeat(length), one]]));
      expect((file.length - 4) % 8).toBe(0);
      expect(parseSafetensors(file).get('n'.repeat(length))?.data.buffer).toBe(file.buffer);
    }
  });

  it('writes metadata sorted by key, and none when there is none', () => {
    expect(headerOf(serializeSafetensors(new Map(), { b: '2', a: '"1"' })).trim()).toBe(
      '{"__metadata__":{"a":"\\"1\\"","b":"2"}}',
    );
    expect(headerOf(serializeSafetensors(new Map(), {})).trim()).toBe('{}');
    expect(headerOf(serializeSafetensors(new Map())).trim()).toBe('{"__metadata__":{"format":"pt"}}');
  });

  it('writes only its part of a larger buffer', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const file = serializeSafetensors(new Map([['a', { dtype: 'F32', shape: [2], data }]]));
    expect(parseSafetensors(file).get('a')?.data).toEqual(Float32Array.of(1, 2));
  });

  it.each<[string, TensorData, string]>([
    ['', one, 'a tensor name must not be empty'],
    ['__proto__', one, 'no tensor must be named "__proto__"'],
    ['__metadata__', one, 'no tensor must be named "__metadata__"'],
    ['x'.repeat(1025), one, 'a tensor name must have at most 1,024 characters, got 1025'],
    ['\ud800', one, 'a tensor name must be valid Unicode, got "\\ud800"'],
    ['a', { ...one, shape: [2, 3] }, '"a" must have 6 values for shape [2, 3], got 1'],
    ['a', { ...one, shape: [-1, -1] }, '"a" must have 1 values for shape [-1, -1], got 1'],
    ['a', { ...one, shape: [0.5, 2] }, '"a" must have 1 values for shape [0.5, 2], got 1'],
  ])('refuses %j, which could not be read back', (name, tensor, message) => {
    const write = () => serializeSafetensors(new Map([[name, tensor]]));
    expect(write).toThrow(SafetensorsError);
    expect(write).toThrow(`serializeSafetensors: ${message}`);
  });
});
