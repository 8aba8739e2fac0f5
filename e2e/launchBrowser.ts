import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { extractArchive, extractFile } from '../scripts/extractArchive.mjs';
import { repository } from './installTarballs.js';

/**
 * Starts the headless Chromium that the npm package `@sparticuz/chromium` brings, with the libraries and the font packed beside
 * it: no browser needs to be installed. `CROSSMODAL_CHROMIUM` names another one, for machines that are not linux-x64.
 */
export async function launchBrowser(): Promise<Browser> {
  const other = process.env.CROSSMODAL_CHROMIUM;
  if (other) return chromium.launch({ executablePath: other, args: ['--no-sandbox'] });
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `launchBrowser: the packed Chromium runs on linux-x64, and this is ${process.platform}-${process.arch}. ` +
        'Set CROSSMODAL_CHROMIUM to the path of a Chromium.',
    );
  }
  const packed = join(repository, 'node_modules/@sparticuz/chromium');
  const { version } = JSON.parse(readFileSync(join(packed, 'package.json'), 'utf8')) as { version: string }; // npm wrote it
  const cache = join(repository, 'node_modules/.cache/chromium', version);
  const libraries = extractArchive(join(packed, 'bin/al2023.tar.br'), join(cache, 'libraries'));
  const fonts = extractArchive(join(packed, 'bin/fonts.tar.br'), join(cache, 'fonts'));
  return chromium.launch({
    executablePath: extractFile(join(packed, 'bin/chromium.br'), join(cache, 'browser'), 'chromium'),
    args: ['--no-sandbox', '--no-zygote', '--disable-gpu'],
    env: {
      ...definedEnvironment(),
      FONTCONFIG_PATH: fonts,
      // The machine's own libraries come first: the packed ones only fill gaps.
      LD_LIBRARY_PATH: ['/usr/lib/x86_64-linux-gnu', join(libraries, 'lib')].join(delimiter),
    },
  });
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
