import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleReport } from '../packages/viz/src/__fixtures__/exampleReport.js';
import { hostileTexts } from '../packages/viz/src/__fixtures__/hostileTexts.js';
import { renderReport } from '../packages/viz/src/index.js';
import { launchBrowser } from './launchBrowser.js';
import { openReport, type OpenReport, type ReaderOptions } from './reportPage.js';

describe('the report in a browser', () => {
  let browser: Browser;
  let html: string;
  const open: OpenReport[] = [];
  const read = async (options: ReaderOptions, page = html): Promise<OpenReport> => {
    const report = await openReport(browser, page, options);
    open.push(report);
    return report;
  };
  beforeAll(async () => {
    browser = await launchBrowser();
    html = renderReport(await exampleReport());
  });
  afterAll(async () => {
    for (const report of open) await report.close();
    await browser.close();
  });

  it.each([320, 390, 768, 1280])('fits %d pixels without scrolling sideways, and asks for nothing', async (width) => {
    const { page, incidents } = await read({ width });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    expect((await page.locator('h1').boundingBox())?.height).toBeGreaterThan(10); // there is text to fit
    expect(await page.locator('h2').count()).toBeGreaterThan(6);
    expect(incidents).toEqual([]);
  });

  it('shows every picture', async () => {
    const { page } = await read({ width: 1280 });
    const sizes = await page.evaluate(() => [...document.images].map((image) => image.naturalWidth));
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.every((size) => size > 0)).toBe(true);
  });

  it.each(['light', 'dark'] as const)('has legible text in the %s scheme', async (colourScheme) => {
    const { page } = await read({ width: 1280, colourScheme });
    const { lowest, page: background } = await lowestContrast(page);
    expect(lowest.contrast, lowest.text).toBeGreaterThanOrEqual(4.5);
    expect(background > 0.5).toBe(colourScheme === 'light');
  });

  it('runs nothing that a text holds', async () => {
    const report = await exampleReport();
    const all = hostileTexts.join(' ');
    const attack = hostileTexts.map((text, index) => ({
      id: `${text}${index}`,
      truth: text,
      prediction: text,
      probability: 0.5,
      group: text,
      words: [{ text, weight: 1, attention: [[1]] }],
      imageNote: text,
      note: text,
    }));
    const { page, incidents } = await read(
      { width: 390 },
      renderReport({
        ...report,
        title: all,
        verdict: all,
        about: all,
        samples: { selection: all, note: all, items: [...(report.samples?.items ?? []), ...attack] },
        run: [{ title: all, facts: [{ name: all, value: all, source: all }] }],
        data: {
          rowsRead: 1,
          used: 0,
          source: all,
          skippedRows: [{ name: all, reason: all }],
          warnings: [...hostileTexts],
        },
      }),
    );
    await page.mouse.move(200, 400);
    for (const word of await page.locator('[data-map]').all()) await word.click();
    expect(await page.evaluate(() => document.scripts.length)).toBe(1);
    expect(await page.locator('[onerror], [onload], [onmouseover], iframe, a[href]').count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    expect(incidents).toEqual([]);
  });

  it('the policy stops a script and a request that got in all the same', async () => {
    const smuggled = '<img src="https://example.test/x.png"><script>document.title = "owned"</script></main>';
    const { page, incidents } = await read({ width: 390 }, html.replace('</main>', smuggled));
    expect(await page.title()).not.toBe('owned');
    expect(incidents.filter((incident) => incident.includes('Content Security Policy')).length).toBe(2);
  });

  it('shows by keyboard the bare picture and where each word looked', async () => {
    const { page, incidents } = await read({ width: 1280 });
    const frame = page.locator('[data-role=overlay]').first();
    const caption = page.locator('.sample').first().locator('figcaption').last();
    const usual = await caption.textContent();
    await frame.focus();
    await page.keyboard.press('Space');
    expect(await frame.getAttribute('aria-pressed')).toBe('true');
    expect(await caption.textContent()).toBe('Without attention');
    await page.keyboard.press('Space');
    expect(await caption.textContent()).toBe(usual);

    await page.locator('.words').first().focus();
    await page.keyboard.press('ArrowRight');
    expect(await caption.textContent()).toBe('“The” looked here');
    await page.keyboard.press('ArrowRight');
    expect(await caption.textContent()).toBe('“handle” looked here');
    expect(await page.locator('.word-map i').count()).toBe(4);
    await page.keyboard.press('Escape');
    expect(await page.locator('.word-map').count()).toBe(0);
    expect(incidents).toEqual([]);
  });

  it('reaches everything that scrolls or folds by Tab', async () => {
    const { page } = await read({ width: 390 });
    const reached = new Set<string>();
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      reached.add(await page.evaluate(() => document.activeElement?.tagName.toLowerCase() ?? ''));
    }
    expect([...reached]).toEqual(expect.arrayContaining(['summary', 'div', 'p']));
  });

  it('is complete without a script', async () => {
    const { page, incidents } = await read({ width: 390, hasScript: false });
    expect(await page.locator('.sample').count()).toBe(3);
    expect(await page.locator('.with-script').first().isVisible()).toBe(false);
    expect(await page.locator('[data-role=overlay] img').first().isVisible()).toBe(true);
    expect(incidents).toEqual([]);
  });
});

/** The least contrast of any visible text with the nearest opaque background (WCAG 2.1), and the lightness of the page. */
function lowestContrast(page: Page): Promise<{ lowest: { contrast: number; text: string }; page: number }> {
  return page.evaluate(() => {
    // What `color-mix` gives is written as shares of 1.
    const parse = (colour: string): number[] =>
      (colour.match(/[\d.]+/g) ?? []).map((part) => Number(part) * (colour.startsWith('color(') ? 255 : 1));
    const luminance = (colour: number[]): number => {
      const [red = 0, green = 0, blue = 0] = colour.map((value) => {
        const share = value / 255;
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const backgroundOf = (element: Element | null): number[] => {
      if (!element) return [255, 255, 255];
      const colour = parse(getComputedStyle(element).backgroundColor);
      return colour.length === 3 ? colour : backgroundOf(element.parentElement);
    };
    let lowest = { contrast: Infinity, text: '' };
    for (const element of document.querySelectorAll(
      'h1, h2, h3, p, dt, dd, li, th, td, summary, figcaption, span, strong',
    )) {
      const text = element.textContent.trim();
      if (text === '' || element.closest('[hidden], .unseen') || element.getClientRects().length === 0) continue;
      const [first, second] = [parse(getComputedStyle(element).color), backgroundOf(element)].map(luminance);
      const [light, dark] = [Math.max(first ?? 0, second ?? 0), Math.min(first ?? 0, second ?? 0)];
      const contrast = (light + 0.05) / (dark + 0.05);
      if (contrast < lowest.contrast) lowest = { contrast, text: text.slice(0, 60) };
    }
    return { lowest, page: luminance(backgroundOf(document.body)) };
  });
}
