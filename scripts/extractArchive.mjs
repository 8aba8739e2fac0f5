/** Unpacks what the npm package @sparticuz/chromium brings: brotli-compressed tar archives and single files. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

/**
 * Unpacks a `.tar.br` archive, once: an existing folder is taken as it is.
 *
 * @param {string} archive - path of the archive
 * @param {string} folder - where its files go
 * @returns {string} the folder
 */
export function extractArchive(archive, folder) {
  return once(folder, (temporary) => {
    for (const { name, contents } of readTar(brotliDecompressSync(readFileSync(archive)))) {
      const target = resolve(temporary, name);
      if (!target.startsWith(temporary + sep)) throw new Error(`${archive}: "${name}" would leave the folder`);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, contents, { mode: 0o755 });
    }
  });
}

/**
 * Unpacks a single `.br` file, once.
 *
 * @param {string} archive - path of the compressed file
 * @param {string} folder - where it goes
 * @param {string} name - its name there
 * @returns {string} its path
 */
export function extractFile(archive, folder, name) {
  once(folder, (temporary) =>
    writeFileSync(join(temporary, name), brotliDecompressSync(readFileSync(archive)), { mode: 0o755 }),
  );
  return join(folder, name);
}

/** Fills a folder beside its final place and renames it, so that a half-written one is never used. */
function once(folder, fill) {
  if (existsSync(folder)) return folder;
  const temporary = `${resolve(folder)}.${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  fill(temporary);
  try {
    renameSync(temporary, folder);
  } catch (error) {
    // Another process was faster.
    rmSync(temporary, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** The regular files of an uncompressed tar archive: 512-byte headers, each followed by padded contents. */
function* readTar(archive) {
  const field = (header, from, length) => header.toString('latin1', from, from + length).replace(/\0.*$/s, '');
  for (let offset = 0; offset + 512 <= archive.length;) {
    const header = archive.subarray(offset, offset + 512);
    const name = field(header, 0, 100);
    if (name === '') return;
    const size = Number.parseInt(field(header, 124, 12), 8);
    const type = field(header, 156, 1);
    const start = offset + 512;
    if (type === '0' || type === '') yield { name, contents: archive.subarray(start, start + size) };
    offset = start + Math.ceil(size / 512) * 512;
  }
}
