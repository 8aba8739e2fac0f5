import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTruth } from '@crossmodal/dataset';
import { temporaryFolder, tinyWorld } from '../__fixtures__/tinyWorld.js';
import { buildImageProcessor } from './buildModel.js';
import { readWorldTruth } from './readWorldTruth.js';

const folder = temporaryFolder();
const csv = join(folder, 'reviews.csv');
const grid = { processor: buildImageProcessor({ imageSize: 48 }), patchSize: 8 };
const review = (id: string, decisiveBoxes: readonly object[]): object => ({
  id,
  kind: 'any damage decides',
  damaged: [],
  decisiveBoxes,
  isFlipped: false,
});

beforeAll(() => {
  const reviews = [
    review('corner', [{ x: 4, y: 4, width: 8, height: 8 }]),
    review('inside', [{ x: 41, y: 16, width: 7, height: 8 }]),
    review('sliver', [{ x: 8, y: 7, width: 8, height: 9 }]),
    review('two', [
      { x: 0, y: 0, width: 8, height: 8 },
      { x: 40, y: 40, width: 8, height: 8 },
    ]),
    review('none', []),
  ];
  writeFileSync(
    join(folder, 'truth.json'),
    JSON.stringify({ version: 1, hash: 'x', ceilings: { text: 0.7 }, reviews }),
  );
});

describe('readWorldTruth', () => {
  it.each([
    ['corner', [0, 1, 6, 7]], // a quarter of the mark in each
    ['inside', [17]],
    ['sliver', [7]], // one row of pixels in patch 1 is too little to show the mark
    ['two', [0, 35]],
  ])('finds the patches that show the mark of "%s"', async (id, expected) => {
    const { isDecisivePatch, decisiveShare } = await readWorldTruth(csv, grid);
    const hits = Array.from({ length: 36 }, (_, patch) => patch).filter((patch) => isDecisivePatch(id, patch));
    expect(hits).toEqual(expected);
    expect(decisiveShare(id)).toBe(expected.length / 36);
  });

  it('counts patches in the pixels that the processor cuts, not in those of the file', async () => {
    const enlarged = { processor: buildImageProcessor({ imageSize: 96 }), patchSize: 48 };
    const { isDecisivePatch } = await readWorldTruth(csv, enlarged);
    expect([0, 1, 2, 3].map((patch) => isDecisivePatch('inside', patch))).toEqual([false, true, false, false]);
  });

  it('some patch always shows the mark, wherever it lies', async () => {
    const own = temporaryFolder();
    const { csvPath, truthPath } = await tinyWorld(own);
    for (const patchSize of [4, 6, 8, 12, 16, 24]) {
      const { decisiveShare } = await readWorldTruth(csvPath, { ...grid, patchSize });
      for (const { id, decisiveBoxes } of (await readTruth(truthPath)).reviews) {
        expect((decisiveShare(id) ?? 0) > 0).toBe(decisiveBoxes.length > 0);
      }
    }
  });

  it('says nothing where no mark decides, no grid is given or the row is unknown', async () => {
    const withGrid = await readWorldTruth(csv, grid);
    const without = await readWorldTruth(csv);
    expect(withGrid.isDecisivePatch('none', 0)).toBeUndefined();
    expect(withGrid.isDecisivePatch('unknown', 0)).toBeUndefined();
    expect(withGrid.kindOf('unknown')).toBeUndefined();
    expect(without.isDecisivePatch('inside', 17)).toBeUndefined();
    expect(without.kindOf('inside')).toBe('any damage decides');
    expect(without.ceilings?.text).toBe(0.7);
  });

  it.each(['{"answer":42}', 'no JSON', '[]'])('leaves a truth.json alone that holds %s', async (content) => {
    const other = temporaryFolder();
    writeFileSync(join(other, 'truth.json'), content);
    const { kindOf, ceilings } = await readWorldTruth(join(other, 'rows.csv'), grid);
    expect(kindOf('inside')).toBeUndefined();
    expect(ceilings).toBeUndefined();
  });
});
