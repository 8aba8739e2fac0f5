/**
 * Weights that make rare classes count as much as frequent ones: `samples / (classes * count)`.
 *
 * As scikit-learn's `class_weight="balanced"`.
 *
 * @param labels - class numbers from 0
 * @param numLabels - number of classes; default one more than the largest
 * @returns one weight per class; 0 for a class without samples
 */
export function classWeights(labels, numLabels = labels.reduce((most, label) => Math.max(most, label), -1) + 1) {
    const counts = new Array(numLabels).fill(0);
    for (const label of labels) {
        if (!Number.isInteger(label) || label < 0 || label >= numLabels) {
            throw new RangeError(`classWeights: labels must be 0 to ${numLabels - 1}, got ${label}.`);
        }
        counts[label] = (counts[label] ?? 0) + 1;
    }
    const present = counts.filter((count) => count > 0).length;
    return counts.map((count) => (count === 0 ? 0 : labels.length / (present * count)));
}
//# sourceMappingURL=classWeights.js.map