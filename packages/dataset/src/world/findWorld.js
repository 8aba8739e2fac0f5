import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WORLD_VERSION, worldFilesHash } from './writeWorld.js';
import { readTruth } from './WorldTruth.js';
const READ_AT_ONCE = 64;
/** Looks at a folder and verifies every file of a world against the hash in its `truth.json`. */
export async function findWorld(folder, { seed, sizes }) {
    const entries = await listFolder(folder);
    if (entries === undefined)
        return { state: 'absent' };
    const alien = entries.find((name) => !['images', 'reviews.csv', 'truth.json'].includes(name));
    if (alien !== undefined)
        return { state: 'foreign', content: alien };
    const pictures = ((await listFolder(join(folder, 'images'))) ?? []).sort();
    const alienPicture = pictures.find((name) => !/^\d{6}\.jpg$/.test(name));
    if (alienPicture !== undefined)
        return { state: 'foreign', content: `images/${alienPicture}` };
    const truth = await readTruth(join(folder, 'truth.json')).catch(() => undefined);
    if (!truth)
        return { state: 'broken' };
    const isSame = truth.version === WORLD_VERSION &&
        truth.seed === seed &&
        JSON.stringify(truth.sizes) ===
            JSON.stringify({ train: sizes.train, validation: sizes.validation, test: sizes.test });
    if (!isSame) {
        const { version, sizes: other } = truth;
        const found = `${other.train}/${other.validation}/${other.test}`;
        return { state: 'foreign', content: `a world of version ${version} with seed ${truth.seed} and sizes ${found}` };
    }
    const filesHash = await hashFiles(folder, pictures).catch(() => undefined);
    return filesHash === truth.filesHash ? { state: 'complete', truth } : { state: 'broken' };
}
async function listFolder(folder) {
    try {
        if (!(await lstat(folder)).isDirectory())
            return ['a file of this name'];
    }
    catch {
        return undefined;
    }
    return readdir(folder);
}
async function hashFiles(folder, pictures) {
    const hash = createHash('sha256');
    for (let start = 0; start < pictures.length; start += READ_AT_ONCE) {
        const names = pictures.slice(start, start + READ_AT_ONCE);
        for (const bytes of await Promise.all(names.map((name) => readFile(join(folder, 'images', name)))))
            hash.update(bytes);
    }
    return worldFilesHash(await readFile(join(folder, 'reviews.csv'), 'utf8'), hash.digest('hex'));
}
//# sourceMappingURL=findWorld.js.map