/**
 * Runs a command with SwiftShader, a Vulkan driver on the CPU, so that WebGPU works without a GPU (linux-x64).
 *
 *   node scripts/swiftshader.mjs vitest run --config packages/backends/vitest.webgpu.config.ts
 *
 * The driver comes out of the npm package @sparticuz/chromium, unpacked once under node_modules/.cache. The loader reads
 * its variables when a process starts, which is why the command is a child.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extractArchive } from './extractArchive.mjs';

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

const chromium = join(root, 'node_modules/@sparticuz/chromium');
const { version } = JSON.parse(readFileSync(join(chromium, 'package.json'), 'utf8'));
const driver = extractArchive(
  join(chromium, 'bin/swiftshader.tar.br'),
  join(root, 'node_modules/.cache/swiftshader', version),
);
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
