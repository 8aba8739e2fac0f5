/** Summarizes numbers by the nearest rank, so that each result is one of them. Undefined for none. */
export function summarize(values) {
    const sorted = Float64Array.from(values).sort();
    const rank = (share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
    return sorted.length === 0 ? undefined : { min: rank(0), median: rank(0.5), p95: rank(0.95), max: rank(1) };
}
//# sourceMappingURL=summarize.js.map