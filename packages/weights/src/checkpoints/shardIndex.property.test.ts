import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WeightsError } from '../checks/WeightsError.js';
import { folderInMemory } from '../folders/folderInMemory.js';
import { SafetensorsError } from '../safetensors/SafetensorsError.js';
import { serializeSafetensors } from '../safetensors/serializeSafetensors.js';
import { openWeights } from './openWeights.js';

const numRuns = process.env.CROSSMODAL_VERIFY ? 10_000 : 1_000;
const shard = (name: string): Uint8Array =>
  serializeSafetensors(new Map([[name, { dtype: 'F32', shape: [1], data: Float32Array.of(1) }]]));
const files = { 'one.safetensors': shard('a'), 'two.safetensors': shard('b') };

const fileName = fc.constantFrom('one.safetensors', 'two.safetensors', '../one.safetensors', 'three', '', 'C:\\one');
const weightMap = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'),
  fc.oneof({ weight: 9, arbitrary: fileName }, { weight: 1, arbitrary: fc.jsonValue() }),
  { maxKeys: 3 },
);
const content = fc.oneof(
  { weight: 8, arbitrary: weightMap.map((map) => JSON.stringify({ weight_map: map })) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string() },
);

it('refuses any index but the one that names each tensor in its file', async () => {
  await fc.assert(
    fc.asyncProperty(content, async (index) => {
      const folder = folderInMemory(new Map(Object.entries({ ...files, 'model.safetensors.index.json': index })));
      try {
        const { shapes } = await openWeights(folder, { ignore: [], rename: [] }, 'Model');
        const { weight_map: map } = JSON.parse(index) as { weight_map: Record<string, string> };
        const right = { a: 'one.safetensors', b: 'two.safetensors' };
        expect(Object.entries(right)).toEqual(expect.arrayContaining(Object.entries(map)));
        expect([...shapes.keys()].sort()).toEqual(Object.keys(map).sort());
      } catch (error) {
        const known = [WeightsError, SafetensorsError, TypeError, RangeError, SyntaxError];
        const missing = error instanceof Error && error.message.includes('must be one of its 3 files, got none');
        if (!missing && !known.some((kind) => error instanceof kind)) throw error;
      }
    }),
    { numRuns, seed: 34 },
  );
});
