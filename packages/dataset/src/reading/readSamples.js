import { dirname, extname, resolve } from 'node:path';
import { DatasetError } from '../errors/DatasetError.js';
import { checkColumns } from './checkColumns.js';
import { findLinksOut } from './findLinksOut.js';
import { readCsv } from './readCsv.js';
import { readJsonLines } from './readJsonLines.js';
import { rowId, toSample } from './toSample.js';
/** Column names kept for the message about a missing one. */
const REMEMBERED_COLUMNS = 1000;
const LINK_LEADS_OUT = 'image link leads out of the folder';
/** Reads a data file row by row, as `loadSamples` documents it, and leaves it to the caller what to do about repeated ids. */
export async function readSamples(path, options) {
    const format = options.format ?? (/^\.(jsonl|ndjson)$/i.test(extname(path)) ? 'jsonl' : 'csv');
    const { encoding = 'utf-8', limit = Infinity, allowOutside = false } = options;
    refuseBinary(path);
    checkLimit(limit);
    const columns = columnsOf(options);
    const root = dirname(resolve(path));
    const columnsSeen = new Set();
    const samples = [];
    const skipped = [];
    const lines = new Map();
    const repeated = [];
    let rowsRead = 0;
    const rows = format === 'jsonl' ? readJsonLines(path, encoding) : readCsv(path, encoding, options.delimiter);
    for await (const row of rows) {
        rememberColumns(row, columnsSeen);
        if (rowsRead === 0 && format === 'csv')
            checkColumns(path, wantedColumns(columns), [...columnsSeen]);
        rowsRead++;
        const sample = toSample(row, columns, root, allowOutside);
        if ('reason' in sample) {
            skipped.push({ id: rowId(row, columns.id), line: row.line, ...sample });
        }
        else {
            const before = lines.get(sample.id);
            if (before === undefined)
                lines.set(sample.id, sample.line);
            else
                repeated.push({ sample, before });
            samples.push(sample);
        }
        if (rowsRead >= limit)
            break;
    }
    if (rowsRead === 0)
        throw DatasetError.in(path, 'expected rows, found none.');
    if (format === 'jsonl')
        checkColumns(path, wantedColumns(columns), [...columnsSeen]);
    const outside = allowOutside ? new Set() : await findLinksOut(samples, root);
    for (const { id, line } of outside)
        skipped.push({ id, line, reason: LINK_LEADS_OUT });
    skipped.sort((a, b) => a.line - b.line);
    const used = samples.filter((sample) => !outside.has(sample));
    return { samples: used, report: { rowsRead, skipped, skippedByReason: countReasons(skipped) }, repeated };
}
function columnsOf(options) {
    return {
        text: options.textColumn ?? 'text',
        image: options.imageColumn === undefined ? 'image_path' : options.imageColumn,
        label: options.labelColumn === undefined ? 'label' : options.labelColumn,
        id: options.idColumn,
        split: options.splitColumn,
    };
}
function wantedColumns({ text, image, label, id, split }) {
    return { textColumn: text, imageColumn: image, labelColumn: label, idColumn: id, splitColumn: split };
}
/** In JSON Lines a column may appear in a later row. */
function rememberColumns({ fields }, seen) {
    for (const column of fields.keys())
        if (seen.size < REMEMBERED_COLUMNS)
            seen.add(column);
}
function countReasons(skipped) {
    const counts = {};
    for (const { reason } of skipped)
        counts[reason] = (counts[reason] ?? 0) + 1;
    return counts;
}
function checkLimit(limit) {
    if (limit === Infinity || (Number.isInteger(limit) && limit >= 1))
        return;
    throw new RangeError(`loadSamples: limit must be a whole number from 1, got ${limit}.`);
}
/** Pickles run code when they are opened; array files hold no texts. */
function refuseBinary(path) {
    const extension = /\.(pkl|pickle|npy|npz|pt|pth|parquet|arrow|xlsx?|zip|gz)$/i.exec(path)?.[0];
    if (extension === undefined)
        return;
    throw DatasetError.in(path, `expected CSV or JSON Lines, got a ${extension} file. Export it as CSV.`);
}
//# sourceMappingURL=readSamples.js.map