/**
 * A stream for a seed and any number of further keys, such as a purpose and an index.
 *
 * The n-th draw is a hash of the keys and n. The mixer is MurmurHash3's 32-bit finalizer (Appleby 2011,
 * https://github.com/aappleby/smhasher), twice, with 64 bits of key.
 */
export function randomStream(seed, ...keys) {
    const all = [seed, ...keys];
    const start = all.reduce((hash, key) => mix(hash ^ keyBits(key)), 0x9e3779b9);
    const twist = all.reduce((hash, key) => mix(hash + keyBits(key)), 0x7f4a7c15);
    let counter = 0;
    const next = () => {
        counter += 1;
        return mix(mix(start + Math.imul(counter, 0x9e3779b9)) ^ twist) / 2 ** 32;
    };
    const below = (bound) => Math.floor(next() * bound);
    return {
        next,
        below,
        pick: (items) => {
            const item = items[below(items.length)];
            if (item === undefined)
                throw new RangeError('pick: items must not be empty.');
            return item;
        },
    };
}
function keyBits(key) {
    if (typeof key === 'number')
        return Math.imul(key >>> 0, 0x85ebca6b) ^ Math.trunc(key / 2 ** 32);
    let hash = 0x811c9dc5; // FNV-1a
    for (let i = 0; i < key.length; i++)
        hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
    return hash;
}
function mix(value) {
    let h = value;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
}
//# sourceMappingURL=randomStream.js.map