import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DatasetError } from '../errors/DatasetError.js';
import { findWorld } from './findWorld.js';
import { WORLD_VERSION, writeWorld } from './writeWorld.js';
const DEFAULT_SEED = 2026;
const DEFAULT_SIZES = { train: 5000, validation: 500, test: 1000 };
/** Ids have six digits. */
const MAX_REVIEWS = 999_999;
/** Temporary folders of generators that died are removed after this time. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;
/**
 * Writes the synthetic review world, version 1: real JPEG files and a CSV, and the truth about every review beside them.
 *
 * Pictures of 48 x 48 pixels show a product with four parts in random places; a damaged part carries a mark. Four kinds of
 * review differ in what decides their label: the text, any damage, the text beside a cluttered picture, or the state of
 * the one part that the text names. 3% of the labels are turned around, so that the best reachable accuracy is known.
 *
 * A complete world of the same version, seed and sizes is verified and used again; an incomplete one is written anew.
 *
 * @param directory - created; the world appears in it whole or not at all
 * @throws {@link DatasetError} when the folder holds anything else
 */
export async function generateReviewWorld(directory, options = {}) {
    const recipe = { seed: options.seed ?? DEFAULT_SEED, sizes: { ...DEFAULT_SIZES, ...options.sizes } };
    checkRecipe(recipe);
    const target = resolve(directory);
    const existing = await useExisting(target, recipe);
    if (existing)
        return existing;
    await removeAbandoned(target);
    const temporary = `${temporaryPrefix(target)}${randomUUID()}.tmp`;
    try {
        const truth = await writeWorld(temporary, recipe, options.onProgress);
        await rm(target, { recursive: true, force: true });
        await rename(temporary, target);
        return { ...pathsIn(target), hash: truth.hash };
    }
    catch (error) {
        await rm(temporary, { recursive: true, force: true });
        // Another process may have been faster.
        const other = await useExisting(target, recipe);
        if (other)
            return other;
        throw error;
    }
}
async function useExisting(target, recipe) {
    const found = await findWorld(target, recipe);
    if (found.state === 'complete')
        return { ...pathsIn(target), hash: found.truth.hash };
    if (found.state !== 'foreign')
        return undefined;
    const { train, validation, test } = recipe.sizes;
    throw DatasetError.in(target, `expected a new folder or the review world of version ${WORLD_VERSION} with seed ${recipe.seed} and sizes ` +
        `${train}/${validation}/${test}, found ${found.content}. Remove it or name another folder.`);
}
function checkRecipe({ seed, sizes }) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
        throw new RangeError(`generateReviewWorld: seed must be a whole number from 0, got ${seed}.`);
    }
    for (const split of ['train', 'validation', 'test']) {
        const count = sizes[split];
        if (!Number.isInteger(count) || count < 0) {
            throw new RangeError(`generateReviewWorld: sizes.${split} must be a whole number from 0, got ${count}.`);
        }
    }
    const total = sizes.train + sizes.validation + sizes.test;
    if (total < 1 || total > MAX_REVIEWS) {
        throw new RangeError(`generateReviewWorld: sizes must sum to 1 to ${MAX_REVIEWS}, got ${total}.`);
    }
}
function pathsIn(folder) {
    return { csvPath: join(folder, 'reviews.csv'), truthPath: join(folder, 'truth.json') };
}
/** Beside the target: a rename does not cross file systems. */
function temporaryPrefix(target) {
    return join(dirname(target), `.${basename(target)}.`);
}
async function removeAbandoned(target) {
    await mkdir(dirname(target), { recursive: true });
    const prefix = basename(temporaryPrefix(target));
    const isOurs = (name) => name.startsWith(prefix) && /^[\da-f-]{36}\.tmp$/.test(name.slice(prefix.length));
    for (const name of (await readdir(dirname(target))).filter(isOurs)) {
        const path = join(dirname(target), name);
        const age = await stat(path).then(({ mtimeMs }) => Date.now() - mtimeMs, () => 0);
        if (age > ABANDONED_AFTER_MS)
            await rm(path, { recursive: true, force: true });
    }
}
//# sourceMappingURL=generateReviewWorld.js.map