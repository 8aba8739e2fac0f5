import { describe, expect, it } from 'vitest';
import { goldenFile, goldenTensors, verdicts } from './__fixtures__/goldenFile.js';
import { safetensorsFile } from './__fixtures__/safetensorsFile.js';
import { narrowToBfloat16, narrowToFloat16 } from './halfPrecision.js';
import { parseSafetensors } from './parseSafetensors.js';
import { SafetensorsError } from './SafetensorsError.js';
import { type TensorData } from './TensorData.js';

const hexOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('hex');

/** The bytes of a tensor as a file holds them. */
function storedHex({ dtype, data }: TensorData): string {
  if (dtype === 'F16') return hexOf(narrowToFloat16(data));
  if (dtype === 'BF16') return hexOf(narrowToBfloat16(data));
  return hexOf(data);
}

const bytes = (...values: number[]) => Uint8Array.from(values);
const u8 = (name: string, begin: number, end: number, shape = `[${end - begin}]`) =>
  `"${name}":{"dtype":"U8","shape":${shape},"data_offsets":[${begin},${end}]}`;

describe('parseSafetensors', () => {
  it('reads every dtype, value and name that the reference implementation wrote', () => {
    const parsed = parseSafetensors(goldenFile());
    const expected = goldenTensors();
    expect(new Set(parsed.keys())).toEqual(new Set(expected.keys()));
    for (const [name, tensor] of parsed) {
      const { dtype, shape } = tensor;
      expect({ name, dtype, shape, hex: storedHex(tensor) }).toEqual({ name, ...expected.get(name) });
    }
  });

  it('gives NaN, infinities, negative zero and integers beyond 2^53 as they are', () => {
    const parsed = parseSafetensors(goldenFile());
    expect(parsed.get('special')?.data.slice(0, 3)).toEqual(Float32Array.of(NaN, Infinity, -Infinity));
    expect(parsed.get('ids')?.data).toEqual(BigInt64Array.of(9007199254740993n, -(2n ** 63n)));
    expect(parsed.get('half')?.data).toEqual(Float32Array.of(1.5, -0, 65504, 2 ** -24, Infinity, NaN));
    expect(parsed.get('brain')?.data).toEqual(Float32Array.of(1, -0, Infinity, NaN, 2 ** -133));
    expect(parsed.get('scalar')).toEqual({ dtype: 'F64', shape: [], data: Float64Array.of(Math.PI) });
    expect(parsed.get('empty')).toEqual({ dtype: 'F32', shape: [0, 7], data: new Float32Array() });
  });

  it.each(verdicts().filter(({ name, accepted }) => accepted && !name.startsWith('stricter')))(
    'takes what the reference implementation takes: $name',
    ({ name, file }) => {
      // A mutant may rename one tensor into the other, which only we refuse.
      if (name.startsWith('mutant')) expect(outcomeOf(file)).toMatch(/^(?:taken|.*each key must appear once)/);
      else expect(outcomeOf(file)).toBe('taken');
    },
  );

  it('refuses everything that the reference implementation refuses, always with a SafetensorsError', () => {
    const refused = verdicts().filter(({ accepted }) => !accepted);
    expect(refused.length).toBeGreaterThan(300);
    for (const { name, file } of refused)
      expect({ name, outcome: outcomeOf(file) }).not.toMatchObject({ outcome: 'taken' });
  });

  it.each(verdicts().filter(({ name }) => name.startsWith('stricter')))('is $name', ({ accepted, file }) => {
    expect(accepted).toBe(true);
    expect(() => parseSafetensors(file)).toThrow(SafetensorsError);
  });

  it.each<[string, Uint8Array, string]>([
    ['a file below 8 bytes', bytes(1, 2), 'a file must have at least 8 bytes, got 2.'],
    [
      'a header length beyond the file',
      safetensorsFile('{}', bytes(), 3n),
      'the header must fit into the 2 bytes after its length, got 3. The file is cut short or damaged.',
    ],
    [
      'a header length beyond the limit',
      safetensorsFile('{}', bytes(), 2n ** 64n - 1n),
      'the header must have at most 25000000 bytes, got 18446744073709551615. Is this a safetensors file?',
    ],
    ['other bytes than UTF-8', safetensorsFile(bytes(0x7b, 0xff, 0x7d)), 'the header must be UTF-8, got other bytes.'],
    ['a list', safetensorsFile('[]'), '"{" must stand here (header, character 0).'],
    ['deep nesting', safetensorsFile(`{"a":${'['.repeat(200_000)}`), '"{" must stand here (header, character 5).'],
    [
      'deep nesting in a shape',
      safetensorsFile(`{"a":{"shape":${'['.repeat(200_000)}`),
      'a size or offset must be an integer from 0 to 2^53 - 1 (header, character 15).',
    ],
    [
      'a name twice',
      safetensorsFile(`{${u8('a', 0, 1)},${u8('\\u0061', 1, 2)}}`, bytes(1, 2)),
      'each key must appear once, got "a" again',
    ],
    ['the name __proto__', safetensorsFile(`{${u8('__proto__', 0, 0)}}`), 'no tensor must be named "__proto__"'],
    ['an empty name', safetensorsFile(`{${u8('', 0, 0)}}`), 'a tensor name must not be empty'],
    [
      'a name of a megabyte',
      safetensorsFile(`{${u8('x'.repeat(2 ** 20), 0, 0)}}`),
      'a tensor name must have at most 1,024 characters, got 1048576',
    ],
    ['half a character', safetensorsFile(`{${u8('\\udc00', 0, 0)}}`), 'a tensor name must be valid Unicode'],
    ['metadata that is no text', safetensorsFile('{"__metadata__":{"a":1}}'), '"\\"" must stand here'],
    ['an unclosed string', safetensorsFile('{"a'), 'a string must be closed before the header ends'],
    ['a wrong escape', safetensorsFile('{"\\x":1}'), 'a string must be valid JSON'],
    ['something after the header', safetensorsFile('{} {}'), 'nothing must follow the closing brace'],
    [
      'an unknown field',
      safetensorsFile('{"a":{"dtype":"U8","size":1}}'),
      '"a" must have only dtype, shape and data_offsets, got "size"',
    ],
    ['a missing field', safetensorsFile('{"a":{"dtype":"U8"}}'), '"a" must have dtype, shape and data_offsets'],
    [
      'a dtype that is not supported',
      safetensorsFile('{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}', bytes(1)),
      'dtype "F8_E4M3" of "a" is not supported; these are: I64, F64, F32, I32, BF16, F16, I16, I8, U8, BOOL',
    ],
    [
      'reversed offsets',
      safetensorsFile('{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}', bytes(1)),
      'data_offsets of "a" must be [begin, end], got [1, 0]',
    ],
    [
      'a size that the shape does not give',
      safetensorsFile(`{${u8('a', 0, 2, '[3]')}}`, bytes(1, 2)),
      '"a" must have 3 bytes by dtype and shape, got 2',
    ],
    [
      'a product beyond what is exact',
      safetensorsFile(`{${u8('a', 0, 0, '[4294967296,4294967296,0]')}}`),
      '"a" must have more than 2^53 - 1 bytes by dtype and shape, got 0',
    ],
    [
      'a hole',
      safetensorsFile(`{${u8('a', 1, 2)}}`, bytes(1, 2)),
      'tensors must follow each other without holes or overlaps; "a" must begin at byte 0, got 1.',
    ],
    [
      'an overlap',
      safetensorsFile(`{${u8('a', 0, 2)},${u8('b', 1, 3)}}`, bytes(1, 2, 3)),
      'without holes or overlaps; "b" must begin at byte 2, got 1.',
    ],
    [
      'data that is cut short',
      safetensorsFile(`{${u8('a', 0, 3)}}`, bytes(1, 2)),
      'the tensors must fill the data, 3 bytes, got 2. The file is cut short.',
    ],
    [
      'data with something appended',
      safetensorsFile(`{${u8('a', 0, 1)}}`, bytes(1, 2)),
      'the tensors must fill the data, 1 bytes, got 2. The file has something appended.',
    ],
  ])('refuses %s and says so', (_, file, message) => {
    const parse = () => parseSafetensors(file);
    expect(parse).toThrow(SafetensorsError);
    expect(parse).toThrow(message);
    expect(parse).toThrow(/^parseSafetensors: /);
  });

  it('shortens long names and escapes control characters in messages', () => {
    const parse = () => parseSafetensors(safetensorsFile(`{"${'\\u001b'.repeat(500)}":{}}`));
    expect(parse).toThrow(`"${'\\u001b'.repeat(79)}…" must have dtype`);
  });

  it('takes offsets in any order', () => {
    const file = safetensorsFile(`{${u8('b', 2, 3)},${u8('a', 0, 2)}}`, bytes(1, 2, 3));
    expect([...parseSafetensors(file)].map(([name, { data }]) => [name, ...data])).toEqual([
      ['b', 3],
      ['a', 1, 2],
    ]);
  });

  it('changes no prototype', () => {
    const header = `{"__metadata__":{"__proto__":"x"},${u8('toString', 0, 1)}}`;
    const parsed = parseSafetensors(safetensorsFile(header, bytes(7)));
    expect([...parsed.keys()]).toEqual(['toString']);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('shares the memory of the file where alignment allows, and copies where not', () => {
    const header = `{${u8('a', 0, 1)},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}`;
    const aligned = safetensorsFile(`${header}${' '.repeat(-header.length & 7)}`, bytes(9, 0, 0, 128, 63));
    const parsed = parseSafetensors(aligned);
    expect(parsed.get('a')?.data.buffer).toBe(aligned.buffer);
    expect(parsed.get('b')?.data).toEqual(Float32Array.of(1));
    expect(parsed.get('b')?.data.buffer).not.toBe(aligned.buffer);
  });

  it('reads a file that lies anywhere in its buffer', () => {
    const file = goldenFile();
    for (const offset of [1, 2, 4, 8]) {
      const moved = new Uint8Array(file.length + offset + 3);
      moved.set(file, offset);
      expect(parseSafetensors(moved.subarray(offset, offset + file.length))).toEqual(parseSafetensors(file));
    }
  });

  it('reads a header full of empty tensors', () => {
    const count = process.env.CROSSMODAL_VERIFY ? 400_000 : 40_000;
    const header = `{${Array.from({ length: count }, (_, i) => u8(`t${i}`, 0, 0)).join(',')}}`;
    expect(parseSafetensors(safetensorsFile(header)).size).toBe(count);
  });
});

/** `'taken'`, or the message; any error but a SafetensorsError escapes. */
function outcomeOf(file: Uint8Array): string {
  try {
    parseSafetensors(file);
    return 'taken';
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    return error.message;
  }
}
