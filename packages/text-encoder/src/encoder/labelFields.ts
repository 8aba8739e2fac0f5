/** As many as anybody has published, and far more. */
const mostLabels = 1_000_000;

/**
 * The labels of a classifier from the content of a `config.json`; without any there are `num_labels` or two, "LABEL_0" and so on, as in Python.
 *
 * @throws TypeError when `id2label` does not give each id from 0 on a string
 * @throws RangeError when `num_labels` is another number than theirs
 */
export function readLabels(fields: Readonly<Record<string, unknown>>, where: string): readonly string[] {
  const { id2label, num_labels: count } = fields;
  const isCount = typeof count === 'number' && Number.isSafeInteger(count) && count > 0 && count <= mostLabels;
  if (count !== undefined && count !== null && !isCount) {
    throw new RangeError(`${where}: num_labels must be a positive integer, got ${JSON.stringify(count).slice(0, 80)}.`);
  }
  if (id2label === undefined || id2label === null) {
    return Array.from({ length: isCount ? count : 2 }, (_, id) => `LABEL_${id}`);
  }
  if (typeof id2label !== 'object') {
    throw new TypeError(`${where}: id2label must be a JSON object, got a ${typeof id2label}.`);
  }
  const table = new Map(Object.entries<unknown>({ ...id2label }));
  if (isCount && count !== table.size) {
    throw new RangeError(`${where}: num_labels must be ${table.size}, the number of labels, got ${count}.`);
  }
  return Array.from({ length: table.size }, (_, id) => {
    const label = table.get(String(id));
    if (typeof label !== 'string') {
      throw new TypeError(`${where}: id2label must give each id from 0 on a string, got ${typeof label} for ${id}.`);
    }
    return label;
  });
}

/** The fields of a `config.json` that hold labels. */
export function labelFields(id2label: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    id2label: Object.fromEntries(id2label.map((label, id) => [String(id), label])),
    label2id: Object.fromEntries(id2label.map((label, id) => [label, id])),
  };
}
