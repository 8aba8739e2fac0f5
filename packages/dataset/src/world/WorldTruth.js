import { readFile } from 'node:fs/promises';
import { DatasetError } from '../errors/DatasetError.js';
/**
 * Reads the truth about a synthetic review world.
 *
 * @param path - `truth.json`
 * @throws {@link DatasetError} when the file is missing or something else
 */
export async function readTruth(path) {
    try {
        const truth = JSON.parse(await readFile(path, 'utf8'));
        if (isTruth(truth))
            return truth;
    }
    catch (error) {
        throw DatasetError.in(path, 'expected the truth.json of a review world, the file is missing or not JSON.', {
            cause: error,
        });
    }
    throw DatasetError.in(path, 'expected the truth.json of a review world, got other JSON.');
}
function isTruth(value) {
    if (typeof value !== 'object' || value === null)
        return false;
    const { version, hash, reviews } = value;
    return typeof version === 'number' && typeof hash === 'string' && Array.isArray(reviews);
}
//# sourceMappingURL=WorldTruth.js.map