import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fileInMemory } from '../folders/fileInMemory.js';
import { torchFile } from './__fixtures__/zipFile.js';
import { openTorchFile } from './openTorchFile.js';
import { TorchFileError } from './TorchFileError.js';
import { unpickle } from './unpickle.js';
import { ZipArchive } from './ZipArchive.js';

const original = readFileSync(join(import.meta.dirname, '../../fixtures/torch.bin'));
const numRuns = process.env.CROSSMODAL_VERIFY ? 10_000 : 1_000;

/** Places of interest: the beginning, the pickle, the directory. */
const edits = fc.array(
  fc.tuple(
    fc.oneof(fc.nat({ max: 900 }), fc.nat({ max: original.length - 1 }), fc.integer({ min: -1600, max: -1 })),
    fc.constantFrom('set', 'remove', 'double', 'flip', 'cut'),
    fc.nat({ max: 255 }),
  ),
  { minLength: 1, maxLength: 3 },
);

function damage(bytes: Uint8Array, changes: readonly (readonly [number, string, number])[]): Uint8Array {
  const list = [...bytes];
  for (const [position, action, value] of changes) {
    const at = (position + list.length * 2) % Math.max(1, list.length);
    if (action === 'set') list[at] = value;
    else if (action === 'flip') list[at] = (list[at] ?? 0) ^ (1 << (value % 8));
    else if (action === 'remove') list.splice(at, 1);
    else if (action === 'double') list.splice(at, 0, ...list.slice(at, at + (value % 8)));
    else list.length = Math.max(at, 1);
  }
  return Uint8Array.from(list);
}

/** Reads everything; which values came out, or undefined when the file was refused. Any other error fails the property. */
async function readAll(bytes: Uint8Array): Promise<string | undefined> {
  try {
    const file = await openTorchFile(fileInMemory(bytes));
    const values: unknown[] = [];
    for (const name of file.tensors.keys()) {
      const { shape, data } = await file.read(name);
      values.push([name, shape, Array.from(data as Float32Array, String)]);
    }
    return JSON.stringify(values);
  } catch (error) {
    if (error instanceof TorchFileError) return undefined;
    throw error;
  }
}

it('refuses a damaged file with a TorchFileError, or reads values whose checksums hold', async () => {
  const whole = await readAll(original);
  expect(whole).toBeDefined();
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(edits, async (changes) => {
      const read = await readAll(damage(original, changes));
      if (read === undefined) refused += 1;
      // Every byte is checked, so what can still be read is the file as it was.
      else expect(read).toBe(whole);
    }),
    { numRuns, seed: 31 },
  );
  expect(refused).toBeGreaterThan(numRuns / 2);
});

it('refuses a damaged pickle in a sound archive, or reads tensors within their storages', async () => {
  const archive = await ZipArchive.open(fileInMemory(original));
  const pickle = await archive.read('torch/data.pkl');
  const storages: Record<string, Uint8Array> = {};
  for (const name of archive.names) {
    const key = /^torch\/data\/(\d+)$/.exec(name)?.[1];
    if (key !== undefined) storages[key] = await archive.read(name);
  }
  const limit = original.length * 16;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(edits, async (changes) => {
      const read = await readAll(torchFile(damage(pickle, changes), storages));
      if (read === undefined) refused += 1;
      else expect(read.length).toBeLessThan(limit);
    }),
    { numRuns, seed: 32 },
  );
  expect(refused).toBeGreaterThan(numRuns / 4);
});

it('ends any sequence of opcodes with a value or a TorchFileError', () => {
  const opcodes = Array.from('(N\x88\x89KMJ\x8aGXUc)\x85\x86\x87t]ae}suhjqrQRb\x8c\x93\x94\x95.', (character) =>
    character.charCodeAt(0),
  );
  const program = fc.array(fc.oneof(fc.constantFrom(...opcodes), fc.nat({ max: 255 })), { maxLength: 60 });
  fc.assert(
    fc.property(program, (bytes) => {
      try {
        unpickle(Uint8Array.of(0x80, 2, ...bytes));
      } catch (error) {
        if (!(error instanceof TorchFileError)) throw error;
      }
    }),
    { numRuns: numRuns * 5, seed: 33 },
  );
});
