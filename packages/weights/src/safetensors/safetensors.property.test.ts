import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safetensorsFile } from './__fixtures__/safetensorsFile.js';
import { parseSafetensors } from './parseSafetensors.js';
import { SafetensorsError } from './SafetensorsError.js';
import { serializeSafetensors } from './serializeSafetensors.js';
import { type TensorData } from './TensorData.js';

const all = Boolean(process.env.CROSSMODAL_VERIFY);
const settings = (numRuns: number) => ({ seed: 20261, numRuns: all ? numRuns : numRuns / 10 });

const shapes = fc.array(fc.nat({ max: 4 }), { maxLength: 4 });
const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
const exactly = (size: number) => ({ minLength: size, maxLength: size });
const tensors: fc.Arbitrary<TensorData> = shapes.chain((shape) => {
  const size = sizeOf(shape);
  return fc.oneof(
    fc.float32Array(exactly(size)).map((data) => ({ dtype: 'F32' as const, shape, data })),
    fc.float64Array(exactly(size)).map((data) => ({ dtype: 'F64' as const, shape, data })),
    fc.bigInt64Array(exactly(size)).map((data) => ({ dtype: 'I64' as const, shape, data })),
    fc.int32Array(exactly(size)).map((data) => ({ dtype: 'I32' as const, shape, data })),
    fc.int16Array(exactly(size)).map((data) => ({ dtype: 'I16' as const, shape, data })),
    fc.int8Array(exactly(size)).map((data) => ({ dtype: 'I8' as const, shape, data })),
    fc.uint8Array(exactly(size)).map((data) => ({ dtype: 'U8' as const, shape, data })),
    // Values that both narrow types hold exactly.
    fc
      .array(fc.integer({ min: -128, max: 128 }), exactly(size))
      .chain((values) =>
        fc
          .constantFrom('F16' as const, 'BF16' as const)
          .map((dtype) => ({ dtype, shape, data: Float32Array.from(values) })),
      ),
  );
});
const names = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((name) => !['__proto__', 'constructor', '__metadata__'].includes(name));
const checkpoints = fc.uniqueArray(fc.tuple(names, tensors), { selector: ([name]) => name, maxLength: 6 });

describe('safetensors files', () => {
  it('read back as what was written', () => {
    fc.assert(
      fc.property(checkpoints, (entries) => {
        const parsed = parseSafetensors(serializeSafetensors(new Map(entries)));
        expect(new Map(parsed)).toEqual(new Map(entries));
      }),
      settings(5_000),
    );
  });

  it('are read or refused with a SafetensorsError, however they are damaged', () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom('set', 'remove', 'double'), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    const refused = countRefused(fc.tuple(checkpoints, edits, fc.boolean()), 40_000, ([entries, changes, fits]) => {
      const file = [...serializeSafetensors(new Map(entries))];
      const headerEnd = 8 + Number(new DataView(Uint8Array.from(file).buffer).getBigUint64(0, true));
      for (const [position, action, value] of changes) {
        const at = position % file.length;
        if (action === 'set') file[at] = value;
        else if (action === 'remove') file.splice(at, 1);
        else file.splice(at, 0, ...file.slice(at, at + (value % 8)));
      }
      if (fits) {
        // A header length that fits again lets the damage get past the first check.
        const length = Math.max(0, headerEnd - 8 + file.length - serializeSafetensors(new Map(entries)).length);
        file.splice(0, 8, ...new Uint8Array(BigUint64Array.of(BigInt(length)).buffer));
      }
      return Uint8Array.from(file);
    });
    expect(refused).toBeGreaterThan(0);
  });

  it('are read or refused with a SafetensorsError, whatever JSON the header is', () => {
    const integers = fc.oneof(fc.nat({ max: 16 }), fc.maxSafeInteger(), fc.double());
    const entry = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom('F32', 'U8', 'F16', 'I64', 'BOOL'), fc.string()),
        shape: fc.oneof(fc.array(integers, { maxLength: 3 }), fc.jsonValue()),
        data_offsets: fc.oneof(fc.tuple(integers, integers), fc.jsonValue()),
        more: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const headers = fc.oneof(fc.dictionary(names, fc.oneof(entry, fc.jsonValue())), fc.jsonValue());
    const refused = countRefused(fc.tuple(headers, fc.uint8Array({ maxLength: 32 })), 20_000, ([header, data]) =>
      safetensorsFile(JSON.stringify(header), data),
    );
    expect(refused).toBeGreaterThan(0);
  });

  it('are refused with a SafetensorsError when they are random bytes', () => {
    countRefused(fc.tuple(fc.uint8Array({ maxLength: 200 })), 20_000, ([data]) => data);
  });
});

/** Parses generated files; the number of refused ones. Any other error fails the property. */
function countRefused<T>(inputs: fc.Arbitrary<T>, numRuns: number, fileOf: (input: T) => Uint8Array): number {
  let refused = 0;
  fc.assert(
    fc.property(inputs, (input) => {
      const file = fileOf(input);
      try {
        const parsed = parseSafetensors(file);
        const data = [...parsed.values()].reduce((total, tensor) => total + tensor.data.length, 0);
        expect(data).toBeLessThanOrEqual(file.length);
      } catch (error) {
        if (!(error instanceof SafetensorsError)) throw error;
        refused += 1;
      }
    }),
    settings(numRuns),
  );
  return refused;
}
