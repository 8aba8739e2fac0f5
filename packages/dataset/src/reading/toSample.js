import { resolveImagePath } from './resolveImagePath.js';
const splitNames = new Map([
    ['train', 'train'],
    ['training', 'train'],
    ['val', 'validation'],
    ['valid', 'validation'],
    ['validation', 'validation'],
    ['dev', 'validation'],
    ['test', 'test'],
]);
/** The row's own id, or one from its line. */
export function rowId(row, idColumn) {
    const id = row.fields.get(idColumn ?? 'id');
    return typeof id === 'string' && id.trim() !== '' ? id : `line-${row.line}`;
}
/**
 * Gives a row's columns their meaning. Texts are kept as they are; labels and image paths are trimmed.
 *
 * @param root - folder that image paths are relative to
 * @param allowOutside - whether images may lie elsewhere
 */
export function toSample(row, columns, root, allowOutside) {
    if (row.problem)
        return row.problem;
    const text = row.fields.get(columns.text) ?? '';
    if (typeof text !== 'string')
        return { reason: 'text is a list' };
    if (text.trim() === '')
        return { reason: 'no text' };
    const label = columns.label === null ? null : (row.fields.get(columns.label) ?? '');
    if (label !== null && typeof label !== 'string')
        return { reason: 'label is a list' };
    if (label?.trim() === '')
        return { reason: 'no label' };
    const split = columns.split === undefined ? undefined : row.fields.get(columns.split);
    const splitName = typeof split === 'string' ? splitNames.get(split.trim().toLowerCase()) : undefined;
    if (columns.split !== undefined && !splitName)
        return { reason: 'split is not train, validation or test' };
    const images = [];
    for (const name of imageNames(columns.image === null ? undefined : row.fields.get(columns.image))) {
        const image = resolveImagePath(root, name, allowOutside);
        if ('refused' in image)
            return { reason: image.refused };
        images.push(image.path);
    }
    return {
        id: rowId(row, columns.id),
        text,
        images,
        label: label?.trim() ?? null,
        line: row.line,
        ...(splitName ? { split: splitName } : {}),
    };
}
function imageNames(field) {
    const names = typeof field === 'string' ? [field] : (field ?? []);
    return names.map((name) => name.trim()).filter((name) => name !== '');
}
//# sourceMappingURL=toSample.js.map