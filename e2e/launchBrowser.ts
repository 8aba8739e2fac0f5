import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { extractArchive, extractFile } from '../scripts/extractArchive.mjs';
import { repository } from './installTarballs.js';

/**
 * Starts the headless Chromium that the npm package `@sparticuz/chromium` brings, with the libraries packed beside it and
 * DejaVu as its font: no browser needs to be installed. `CROSSMODAL_CHROMIUM` names another one, for machines that are not linux-x64.
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
  return chromium.launch({
    executablePath: extractFile(join(packed, 'bin/chromium.br'), join(cache, 'browser'), 'chromium'),
    args: ['--no-sandbox', '--no-zygote', '--disable-gpu'],
    env: {
      ...definedEnvironment(),
      FONTCONFIG_FILE: writeFontConfig(cache),
      // The machine's own libraries come first: the packed ones only fill gaps.
      LD_LIBRARY_PATH: ['/usr/lib/x86_64-linux-gnu', join(libraries, 'lib')].join(delimiter),
    },
  });
}

/**
 * Points the browser at the DejaVu fonts that the reports are drawn with. A bare machine has no fonts, the packed configuration looks
 * in places that do not exist, and a page without a font has no text: everything would fit.
 */
function writeFontConfig(cache: string): string {
  const fonts = dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));
  const file = join(cache, 'fonts.conf');
  writeFileSync(file, `<fontconfig><dir>${fonts}</dir><cachedir>${join(cache, 'font-cache')}</cachedir></fontconfig>`);
  return file;
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
