import { createHash } from 'node:crypto';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { exampleReport, exampleSample } from '../__fixtures__/exampleReport.js';
import { hasControls, hostileTexts } from '../__fixtures__/hostileTexts.js';
import { type ReportData } from './ReportData.js';
import { type ReportSample } from './ReportSample.js';
import { renderReport } from './renderReport.js';
import { reportScript, reportScriptDigest } from './reportScript.js';

const full = await exampleReport();
const page = (data: ReportData) => parseHTML(renderReport(data)).document;
const text = (element: Element | null) => (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
const bodyText = (data: ReportData) =>
  text(page(data).querySelector('main')) + text(page(data).querySelector('header'));
const headings = (data: ReportData) => [...page(data).querySelectorAll('h2')].map(text);

/** Puts a text into every string of the data but the pictures. */
function everywhere(value: unknown, replacement: string): unknown {
  if (typeof value === 'string') return replacement;
  if (value instanceof Uint8Array || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((each) => everywhere(each, replacement));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, key === 'colourMap' ? each : everywhere(each, replacement)]),
  );
}

describe('renderReport', () => {
  it('says the result first, in one sentence', () => {
    expect(text(page(full).querySelector('.verdict'))).toBe(
      'Classifies 92.4% of 1,000 unseen reviews correctly (95% interval 90.7–94.0%).',
    );
    expect(text(page({ ...full, verdict: 'It works.' }).querySelector('.verdict'))).toBe('It works.');
    expect(text(page({ title: 't' }).querySelector('.verdict'))).toBe('There is no evaluation yet.');
    const verdictOf = (metric: { name: string; value: number; low?: number; high?: number }) =>
      text(page({ title: 't', evaluation: { samples: 20, level: 0.9, metrics: [metric] } }).querySelector('.verdict'));
    expect(verdictOf({ name: 'accuracy', value: NaN })).toBe('Accuracy is undefined on 20 unseen samples.');
    expect(verdictOf({ name: 'f1', value: 0.5, low: 0.4, high: 0.6 })).toBe(
      'F1 on 20 unseen samples is 50.0% (90% interval 40.0–60.0%).',
    );
  });

  it('has a section for each part that has data, and no other', () => {
    expect(headings(full)).toEqual([
      'Key numbers',
      'Compared with other models',
      'By kind of review',
      'Image reliance by kind',
      'What was taken for what',
      'Each label by itself',
      'Single predictions',
      'Training',
      'Data',
      'How this run was made',
    ]);
    expect(headings({ title: 'only a title' })).toEqual([]);
    for (const key of ['evaluation', 'comparison', 'samples', 'training', 'data', 'run'] as const) {
      const rest = Object.fromEntries(Object.entries(full).filter(([name]) => name !== key));
      expect(headings({ ...rest, title: full.title })).toHaveLength(9);
    }
  });

  it('shows every number where a reader looks for it', () => {
    const document = page(full);
    const rows = (caption: string) =>
      [...document.querySelectorAll('table')]
        .filter((table) => text(table).includes(caption))
        .flatMap((table) => [...table.querySelectorAll('tbody tr')].map(text));
    expect(rows('Rows skipped, by reason')).toEqual(['image not found8', 'label empty4']);
    expect(rows('Found in two splits')).toEqual(['train and test3']);
    expect(rows('Precision')).toEqual(['negative91.4%93.2%92.3%488', 'positiveundefined91.6%92.5%512']);
    expect(rows('95% interval')).toEqual([
      'text decidesOnly words.97.0% 95.0–99.0%250',
      'text decides0.875 0.737–1.03262',
    ]);
    expect(rows('gated')).toEqual(['text decidesOnly words.97.0%95.0–99.0%90.0%250']);
    expect(rows('Line')).toEqual(['review-1718image not found', 'review-40label empty']);
    expect([...document.querySelectorAll('.card .figure')].map(text)).toEqual(['92.4%', '0.213']);
    const body = bodyText(full);
    expect(body).toContain(
      'Every row is accounted for: 6,512 rows were read from reviews.csv , 6,500 were used and 12 skipped.'.replace(
        ' ,',
        ',',
      ),
    );
    for (const note of ['Measured once.', 'Two of three have no picture.', 'Some of the rows skipped (2)']) {
      expect(body).toContain(note);
    }
    expect(body).toContain('5.1 points above concatenation (+3.1 to +7.1)');
    expect(body).toContain('0.3 points above concatenation (−1.0 to +1.6): no clear difference');
  });

  it('shows six numbers at once and folds the others away, losing none', () => {
    const names = ['accuracy', 'precision', 'recall', 'f1', 'rocAuc', 'logLoss', 'cohenKappa', 'own', 'last'];
    const metrics = names.map((name, index) => ({ name, value: index / 10, low: 0, high: 1 }));
    const document = page({ title: 't', evaluation: { samples: 10, metrics } });
    expect(document.querySelectorAll('.card')).toHaveLength(6);
    expect([...document.querySelectorAll('details tbody tr')].map(text)).toEqual([
      "Cohen's kappaAgreement of truth and prediction beyond chance: 1 is perfect, 0 is chance.0.6000.000–1.000",
      'own0.7000.000–1.000',
      'last0.8000.000–1.000',
    ]);
    const many = Array.from({ length: 30 }, (_, index) => ({ name: `m${index}`, value: 1 }));
    expect(bodyText({ title: 't', evaluation: { samples: 10, metrics: many } })).toContain('6 more are not listed.');
  });

  it('explains only what the samples show', () => {
    const reading = (items: ReportSample[]) => text(page({ title: 't', samples: { items } }).querySelector('.reading'));
    const bare = { id: '1', truth: 'a', prediction: 'a', probability: 1, text: 'good' };
    expect(
      page({ title: 't', samples: { items: [bare] } })
        .querySelector('.reading')
        ?.hasAttribute('hidden'),
    ).toBe(true);
    expect(reading([{ ...bare, imageReliance: 1 }])).not.toContain('Attention');
    expect(reading([{ ...bare, words: [{ text: 'good', weight: 1 }] }])).toContain('Attention is not proof.');
  });

  it('says so when rows do not add up', () => {
    const of = (used: number) =>
      bodyText({ title: 't', data: { rowsRead: 10, used, skipped: [{ name: 'empty', count: 1 }] } });
    expect(of(9)).toContain('Every row is accounted for');
    expect(of(9)).not.toContain('do not add up');
    expect(of(7)).toContain('These numbers do not add up: 2 rows are missing.');
    expect(of(12)).toContain('3 rows are too many.');
    expect(of(7)).not.toContain('Every row is accounted for');
    const splits = [{ name: 'train', count: 8 }];
    expect(bodyText({ title: 't', data: { rowsRead: 9, used: 9, splits } })).toContain(
      'The splits hold 8 samples, but 9 were used.',
    );
  });

  it('tells what each prediction rests on, and that attention proves nothing', () => {
    const [first, second, third] = [...page(full).querySelectorAll('.sample')].map(text);
    expect(first).toContain('✓ Right');
    expect(first).toContain('with probability 97.3%');
    expect(first).toContain('2.30 logits with another picture the odds change by a factor of 10');
    expect(first).toContain('60.0% on the brightest of 4 patches; spread evenly it would be 25.0%; 8.0% on no patch');
    expect(second).toContain('Truth unknown');
    expect(second).toContain('No picture: not found');
    expect(second).toContain('Bad.');
    expect(third).toContain('✗ Wrong');
    expect(third).toContain('with probability undefined');
    expect(bodyText(full)).toContain('Attention is not proof.');
  });

  it('shades words by their weight', () => {
    const spans = [...page(full).querySelectorAll('.words span')];
    expect(spans.map((span) => span.getAttribute('style'))).toEqual(['--w:0.17', '--w:1', null]);
    expect(text(page(full).querySelector('.words'))).toBe('The handle!');
    expect(spans[1]?.getAttribute('data-map')).toBe('ff000000');
    expect(spans[0]?.getAttribute('data-map')).toBe('20bf4020');
  });

  it('puts both pictures beside each other, with text for those who cannot see them', () => {
    const images = [...page(full).querySelectorAll('img')];
    expect(images).toHaveLength(2);
    for (const image of images) {
      expect(image.getAttribute('src')).toMatch(/^data:image\/png;base64,iVBORw0KGgo/);
      expect(image.getAttribute('alt')).toMatch(/picture of sample 1/);
      expect(image.getAttribute('class')).toBe('tiny');
    }
    expect(page(full).querySelector('[data-crop]')?.getAttribute('data-crop')).toBe('0.16667 0.00000 0.66667 1.00000');
  });

  it('is accessible in its structure', () => {
    const document = page(full);
    expect(document.documentElement.getAttribute('lang')).toBe('en');
    expect(document.querySelectorAll('h1')).toHaveLength(1);
    for (const table of document.querySelectorAll('table')) {
      expect(table.querySelectorAll('thead th[scope=col]').length).toBeGreaterThan(1);
      for (const row of table.querySelectorAll('tbody tr')) expect(row.querySelector('th[scope=row]')).not.toBeNull();
    }
    for (const chart of document.querySelectorAll('svg')) expect(chart.getAttribute('aria-label')).toBeTruthy();
  });

  it('is the same for the same data', async () => {
    expect(renderReport(await exampleReport())).toBe(renderReport(full));
  });
});

describe('security of renderReport', () => {
  it('allows no script but its own, by its hash', () => {
    const digest = createHash('sha256').update(reportScript).digest('base64');
    expect(reportScriptDigest).toBe(digest);
    const document = page(full);
    expect(document.querySelector('meta[http-equiv]')?.getAttribute('content')).toBe(
      `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`,
    );
    const html = renderReport(full);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(/<script>([\s\S]*?)<\/script>/.exec(html)?.[1]).toBe(reportScript);
    // The policy comes before anything that it must govern.
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<style'));
    expect(reportScript).not.toMatch(/innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(/);
  });

  it('names no address outside itself', () => {
    const html = renderReport(full);
    expect(html).not.toMatch(/https?:/i);
    expect(html).not.toMatch(/(?:src|href|action)="(?!data:image\/)/);
    expect(html).not.toMatch(/url\(|@import/);
  });

  it.each(hostileTexts)('shows %j as text, everywhere', (hostile) => {
    const { samples, ...rest } = full;
    const data = everywhere({ ...rest, samples }, hostile) as ReportData; // same shape, other strings
    const html = renderReport(data);
    const harmless = parseHTML(renderReport(full)).document;
    const { document } = parseHTML(html);
    for (const tag of ['script', 'style', 'img', 'svg', 'meta', 'iframe', 'link']) {
      expect(document.querySelectorAll(`body ${tag}`).length, tag).toBeLessThanOrEqual(
        harmless.querySelectorAll(`body ${tag}`).length,
      );
    }
    for (const element of document.querySelectorAll('*')) {
      for (const name of element.getAttributeNames()) expect(name).not.toMatch(/^on/);
    }
    expect(hasControls(html)).toBe(false);
    expect(html).not.toMatch(/[\u007f-\u009f\ufffe\uffff]/);
    expect(Buffer.from(html).toString()).toBe(html); // no lone surrogate
    expect(html.length).toBeLessThan(200_000);
  });

  it.each([
    'https://example.test/a.png',
    'javascript:alert(1)',
    'data:text/html;base64,PHNjcmlwdD4=',
    'data:image/svg+xml;base64,PHN2Zz4=',
    'data:image/png;base64,AAAA" onerror="alert(1)',
    'figures/1.png',
  ])('refuses %j as a picture', (source) => {
    const items = [{ id: '1', truth: null, prediction: 'a', probability: 1, image: { source, width: 1, height: 1 } }];
    expect(() => renderReport({ title: 't', samples: { items } })).toThrow(TypeError);
    expect(() => renderReport({ title: 't', samples: { items } })).toThrow(
      `a picture must be bytes or a base64 data: address of a PNG, JPEG, GIF or WebP file, got a string of ${source.length} characters.`,
    );
  });

  it('takes PNG and JPEG bytes by their content, and nothing else', () => {
    const sourceOf = (source: Uint8Array) =>
      page({
        title: 't',
        samples: {
          items: [{ id: '1', truth: null, prediction: 'a', probability: 1, image: { source, width: 1, height: 1 } }],
        },
      })
        .querySelector('img')
        ?.getAttribute('src');
    expect(sourceOf(Uint8Array.of(0xff, 0xd8, 0xff, 1))).toBe('data:image/jpeg;base64,/9j/AQ==');
    expect(() => sourceOf(new TextEncoder().encode('<svg>'))).toThrow(
      'renderReport: a picture must be a PNG or JPEG file, got 5 bytes that are neither.',
    );
    const large = new Uint8Array(100_000).fill(7);
    large.set([0x89, 0x50, 0x4e, 0x47]);
    expect(sourceOf(large)).toBe(`data:image/png;base64,${Buffer.from(large).toString('base64')}`);
  });
});

describe('bounds of renderReport', () => {
  it('stays small for huge data, and says what it left out', async () => {
    const many = <T>(length: number, make: (i: number) => T) => Array.from({ length }, (_, i) => make(i));
    const sample = await exampleSample();
    const name = (i: number) => `${i} ${'name '.repeat(200)}`;
    const counts = many(10_000, (i) => ({ name: name(i), count: 1 }));
    const words = many(5000, (i) => ({ text: name(i), weight: 1 }));
    const size = 500;
    const data: ReportData = {
      title: name(0),
      evaluation: { samples: 1e9, metrics: many(1000, (i) => ({ name: name(i), value: i, explanation: name(i) })) },
      data: {
        rowsRead: 1e4,
        used: 0,
        skipped: counts,
        splits: counts,
        labels: counts,
        duplicates: counts,
        warnings: many(5000, name),
      },
      training: { history: many(100_000, (i) => ({ epoch: i, trainLoss: i % 7, metrics: { [name(1)]: 0.5 } })) },
      confusion: { classes: many(size, name), counts: many(size, (i) => many(size, (j) => i * j)) },
      classes: many(size, (i) => ({ label: name(i), samples: 1, precision: 1, recall: 1, f1: i / size })),
      groups: many(3, (i) => ({
        title: name(i),
        rows: many(5000, (j) => ({ name: name(j), samples: 1, value: 0.5 })),
      })),
      comparison: { models: many(1000, (i) => ({ name: name(i), value: 0.5, explanation: name(i) })) },
      samples: {
        items: many(1000, (i) => ({ ...sample, id: name(i), words })),
      },
      run: many(100, (i) => ({ title: name(i), facts: many(1000, (j) => ({ name: `${j}`, value: 'v' })) })),
    };
    const html = renderReport(data);
    expect(html.length).toBeLessThan(8_000_000);
    const body = html.replace(/<[^>]*>/g, '');
    expect(body).toContain('900 more samples are not shown.');
    expect(body).toContain('and 4600 more words');
    expect(body).toContain('9,960 more are not listed.');
    expect(body).toContain('The 100 labels with the lowest F1 of 500 are listed.');
  });

  it('leaves out a picture that is too large for a page', async () => {
    const sample = await exampleSample();
    const source = new Uint8Array(2 * 1024 * 1024 + 1);
    source.set([0x89, 0x50, 0x4e, 0x47]);
    const html = renderReport({
      title: 't',
      samples: { items: [{ ...sample, overlay: { source, width: 2000, height: 2000 } }] },
    });
    expect(html).toContain('The picture is too large for this page.');
    expect(html.length).toBeLessThan(100_000);
  });

  it('survives empty and undefined parts', () => {
    const html = renderReport({
      title: '',
      evaluation: { samples: 0, metrics: [] },
      data: { rowsRead: 0, used: 0 },
      training: { history: [] },
      confusion: { classes: [], counts: [] },
      classes: [],
      groups: [{ title: '', rows: [] }],
      comparison: { models: [] },
      samples: { items: [] },
      run: [],
    });
    expect(html).not.toMatch(/NaN|Infinity|\bnull\b/);
    expect(text(parseHTML(html).document.querySelector('.verdict'))).toBe('There is no evaluation yet.');
  });

  it('writes undefined metrics as such', () => {
    const html = renderReport({
      title: 't',
      evaluation: { samples: 3, metrics: [{ name: 'rocAuc', value: NaN, low: NaN, high: NaN }] },
      classes: [{ label: 'a', samples: 0, precision: NaN, recall: NaN, f1: NaN }],
      groups: [{ title: 'g', rows: [{ name: 'r', samples: 0, value: NaN, low: NaN, high: NaN }] }],
      comparison: { models: [{ name: 'm', value: NaN, difference: { value: NaN, low: NaN, high: NaN } }] },
    });
    expect(html.split('<script>')[0]).not.toContain('NaN');
    expect(html).toContain('undefined');
  });

  it('refuses negative weights of words', () => {
    const items = [{ id: '1', truth: null, prediction: 'a', probability: 1, words: [{ text: 'a', weight: -1 }] }];
    expect(() => renderReport({ title: 't', samples: { items } })).toThrow('word weights must be at least 0, got -1.');
  });
});
