import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';

/** How a reader opens a report. */
export interface ReaderOptions {
  readonly width: number;
  readonly colourScheme?: 'light' | 'dark';
  /** Default true. */
  readonly hasScript?: boolean;
}

/** An open report, and what it did that it must not do. */
export interface OpenReport {
  readonly page: Page;
  /** Dialogs, errors, violations of the content security policy and requests for anything but the page. */
  readonly incidents: readonly string[];
  close(): Promise<void>;
}

/** Opens a report from disk, as a reader does, and records every incident. */
export async function openReport(browser: Browser, html: string, options: ReaderOptions): Promise<OpenReport> {
  const folder = mkdtempSync(join(tmpdir(), 'crossmodal-report-'));
  const file = join(folder, 'report.html');
  writeFileSync(file, html);
  const context = await browser.newContext({
    viewport: { width: options.width, height: 900 },
    colorScheme: options.colourScheme ?? 'light',
    javaScriptEnabled: options.hasScript ?? true,
  });
  const page = await context.newPage();
  const incidents: string[] = [];
  page.on('dialog', (dialog) => {
    incidents.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => incidents.push(`error: ${error.message}`));
  page.on('console', (message) => incidents.push(`console: ${message.text()}`));
  page.on('request', (request) => {
    const url = request.url();
    if (url !== pathToFileURL(file).href && !url.startsWith('data:')) incidents.push(`request: ${url}`);
  });
  await page.goto(pathToFileURL(file).href);
  return {
    page,
    incidents,
    close: async () => {
      await context.close();
      rmSync(folder, { recursive: true });
    },
  };
}
