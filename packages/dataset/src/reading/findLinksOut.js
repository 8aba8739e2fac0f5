import { realpath } from 'node:fs/promises';
import { isInside } from './resolveImagePath.js';
const CHECKED_AT_ONCE = 64;
/**
 * Finds samples with an image that lies outside a folder once symbolic links are followed.
 *
 * Images that do not exist are no concern here.
 */
export async function findLinksOut(samples, root) {
    const realRoot = await realpath(root);
    const outside = new Set();
    const leadsOut = async (path) => {
        const real = await realpath(path).catch(() => undefined);
        return real !== undefined && !isInside(realRoot, real);
    };
    for (let start = 0; start < samples.length; start += CHECKED_AT_ONCE) {
        await Promise.all(samples.slice(start, start + CHECKED_AT_ONCE).map(async (sample) => {
            for (const path of sample.images)
                if (await leadsOut(path))
                    outside.add(sample);
        }));
    }
    return outside;
}
//# sourceMappingURL=findLinksOut.js.map