/**
 * Runs a command with SwiftShader, a Vulkan driver on the CPU, so that WebGPU works without a GPU (linux-x64).
 *
 *   node scripts/swiftshader.mjs vitest run --config packages/backends/vitest.webgpu.config.ts
 *
 * The driver comes out of the npm package @sparticuz/chromium, unpacked once under node_modules/.cache. The loader reads
 * its variables when a process starts, which is why the command is a child.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  console.error('usage: node scripts/swiftshader.mjs COMMAND [ARGUMENT...]');
  process.exit(2);
}
if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error(`swiftshader: the driver is built for linux-x64, and this is ${process.platform}-${process.arch}.`);
  process.exit(2);
}

const driver = unpackDriver(join(root, 'node_modules/@sparticuz/chromium'));
const prepend = (entry, list) => [entry, ...(list ? [list] : [])].join(delimiter);
const child = spawn(command, args, {
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: prepend(join(root, 'node_modules/.bin'), process.env.PATH),
    LD_LIBRARY_PATH: prepend(driver, process.env.LD_LIBRARY_PATH),
    VK_ICD_FILENAMES: join(driver, 'vk_swiftshader_icd.json'),
    CROSSMODAL_TEST_BACKENDS: process.env.CROSSMODAL_TEST_BACKENDS ?? 'webgpu',
  },
});
child.on('error', (error) => {
  console.error(`swiftshader: ${command} does not start: ${error.message}`);
  process.exit(127);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));

/** Unpacks the driver beside its final place and renames it, so that a half-written folder is never used. */
function unpackDriver(chromium) {
  const { version } = JSON.parse(readFileSync(join(chromium, 'package.json'), 'utf8'));
  const folder = join(root, 'node_modules/.cache/swiftshader', version);
  if (existsSync(folder)) return folder;
  const temporary = `${folder}.${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  for (const { name, contents } of readTar(
    brotliDecompressSync(readFileSync(join(chromium, 'bin/swiftshader.tar.br'))),
  )) {
    writeFileSync(join(temporary, basename(name)), contents, { mode: 0o755 });
  }
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
