import { DatasetError } from '../errors/DatasetError.js';
import { readSamples } from './readSamples.js';
/**
 * Reads a CSV or JSON Lines file of texts, image paths and labels.
 *
 * The file is streamed: memory grows with the samples that are kept, not with the bytes of the file. Rows that cannot be
 * used (no text, no label, unknown split, wrong number of fields, an image that is a URL or leads out of the folder,
 * directly or by a symbolic link) are left out, counted and listed. Whether images exist is not looked at. Texts are
 * kept as they are; labels and image paths are trimmed. A JSON Lines field may hold a list of image paths: all are kept.
 *
 * @param path - CSV or JSON Lines file; image paths in it are relative to its folder
 * @param options - columns, encoding and limits
 * @throws {@link DatasetError} for a missing or empty file, a missing column, repeated ids, bytes of another encoding,
 * broken quotes or JSON, with the line where there is one
 * @throws `RangeError` for a `limit` out of range
 *
 * @example
 * const { samples, report } = await loadSamples('reviews.csv', { splitColumn: 'split' });
 */
export async function loadSamples(path, options = {}) {
    const { samples, report, repeated } = await readSamples(path, options);
    const [first] = repeated;
    if (!first)
        return { samples, report };
    const id = JSON.stringify(first.sample.id.slice(0, 80));
    throw DatasetError.in(path, `expected ids that occur once, ${repeated.length} row${repeated.length > 1 ? 's have' : ' has'} an id that was used ` +
        `before; the first is ${id}, used on line ${first.before}. Name another id column.`, { line: first.sample.line });
}
//# sourceMappingURL=loadSamples.js.map