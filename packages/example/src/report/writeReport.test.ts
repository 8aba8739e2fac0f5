import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, tinySettings, tinyWorld } from '../__fixtures__/tinyWorld.js';
import type { TrainConfigInput } from '../config/TrainConfig.js';
import { finishRun } from '../pipeline/finishRun.js';
import type { RunMetrics } from '../pipeline/formatMetrics.js';
import { RunFolder } from '../run/RunFolder.js';
import { untrainedRun } from './__fixtures__/untrainedRun.js';
import { writeRows } from './__fixtures__/writeRows.js';
import { writeReport, type ReportOptions } from './writeReport.js';

const folder = temporaryFolder();
beforeAll(async () => {
  await tinyWorld(folder);
});

/** A run on the review world that has ended, with two epochs on record. */
async function finished(settings: TrainConfigInput = {}): Promise<RunFolder> {
  const run = await untrainedRun({ ...tinySettings(folder), ...settings });
  await run.folder.writeText(
    'results.csv',
    'epoch,train_loss,validation_accuracy,validation_logLoss,learning_rate,seconds,samples_per_second,is_best\n' +
      '1,0.7,0.5,0.69,0.001,1.5,40,true\n2,0.6,0.75,0.65,0.0005,1.5,40,true\n',
  );
  await finishRun(run);
  return run.folder;
}

let usual: RunFolder | undefined;

/** A copy of the run with the usual settings, to be changed at will. */
async function copied(): Promise<RunFolder> {
  usual ??= await finished();
  const own = await RunFolder.create(folder, 'copied');
  cpSync(usual.path, own.path, { recursive: true });
  return own;
}

async function report(run: RunFolder, options?: ReportOptions): Promise<string> {
  return readFileSync(await writeReport(run, options), 'utf8');
}

const sections = (html: string): string[] =>
  [...html.matchAll(/<h2[^>]*>(.*?)<\/h2>/g)].map(([, title]) => title ?? '');

describe('writeReport', () => {
  it('shows everything that a run of the review world left behind, from its folder alone', async () => {
    const run = await finished();
    usual = run;
    const first = readFileSync(run.file('report.html'), 'utf8');
    rmSync(run.checkpoints, { recursive: true });
    const html = await report(run);
    expect(html).toBe(first);
    expect(sections(html)).toEqual([
      'Key numbers',
      'Accuracy by what decides the label',
      'How much the picture matters',
      'What was taken for what',
      'Each label by itself',
      'Single predictions',
      'Training',
      'Data',
      'How this run was made',
    ]);
    expect(html).toContain('16 unseen reviews');
    expect(html).toContain('is a product review positive or negative?');
    expect(html.match(/<article class="sample"/g)?.length).toBe(2);
    expect(html.match(/src="data:image\/png;base64,/g)?.length).toBe(4);
    expect(html).toContain('80 rows were read');
    expect(html).toContain('2 of at most 2 epochs were trained');
    expect(html).not.toMatch(/(src|href)="(?!data:)/);
    expect(html).not.toContain(folder); // where the run lies is nobody's business
  });

  it('says how often the model looks at the mark, and how often chance would', async () => {
    const run = await copied();
    const path = run.file('explanations.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), pointingByChance: 0.254 }));
    const html = await report(run);
    const { test } = JSON.parse(readFileSync(run.file('metrics.json'), 'utf8')) as RunMetrics;
    const share = (test?.['strongest patch shows the decisive mark']?.value ?? NaN) * 100;
    expect(html).toContain(`<h3 dir="auto">Looks at the mark</h3><p class="figure">${share.toFixed(1)}%</p>`);
    expect(html).toContain('A patch picked blindly would in 25% of them.');
    expect(html).not.toContain('accuracy (text decides)'); // a group, not a metric
  });

  it('shows numbers that are not finite as undefined', async () => {
    const run = await copied();
    await run.writeJson('metrics.json', { test: { accuracy: { value: NaN, low: NaN, high: NaN } } });
    expect(await report(run)).toContain('Accuracy is undefined on 16 unseen reviews.');
  });

  it('shows what there is when a run has only begun', async () => {
    const { folder: run } = await untrainedRun(tinySettings(folder));
    const html = await report(run);
    expect(sections(html)).toEqual(['Data', 'How this run was made']);
    expect(html).toContain('There is no evaluation yet.');
  });

  it('says that a picture is gone', async () => {
    const run = await copied();
    rmSync(run.file('figures', '1-image.png'));
    rmSync(run.file('figures', '1-overlay.png'));
    expect(await report(run)).toContain('No picture: the file of the picture is gone');
  });

  it('reads no picture from outside the folder', async () => {
    const run = await copied();
    const path = run.file('explanations.json');
    writeFileSync(run.file('secret.png'), readFileSync(run.file('figures', '1.png')));
    writeFileSync(path, readFileSync(path, 'utf8').replace('1-image.png', '../secret.png'));
    expect((await report(run)).match(/src="data:image\/png;base64,/g)?.length).toBe(3);
  });

  it.each([
    ['text-only', 'This model reads only the text'],
    ['image-only', 'This model looks only at the picture'],
    ['concatenation', 'This model puts text and picture side by side'],
    ['pooled-cross-attention', 'one vector for the whole picture'],
  ] as const)('says why %s shows no attention', async (fusionStrategy, sentence) => {
    const html = await report(await finished({ fusionStrategy }));
    expect(html).toContain(sentence);
    expect(html).not.toContain('data-role="overlay"');
    expect(html.includes('Image reliance')).toBe(fusionStrategy !== 'text-only');
  });

  it('says that numbers of the validation split flatter the model', async () => {
    const html = await report(await finished({ splitColumn: undefined, split: 'original' }));
    expect(html).toContain('of the validation split');
    expect(html).toContain('these numbers flatter it a little');
  });

  it('compares models on the same rows, each with its difference to the main one', async () => {
    const run = await copied();
    const target = await RunFolder.create(folder, 'compared');
    const even = { value: 0.5, low: 0.4, high: 0.6 };
    const group = {
      samples: 16,
      accuracy: { 'cross-attention': { value: 0.9, low: 0.8, high: 1 }, 'text-only': even },
    };
    const comparison = {
      model: 'cross-attention',
      groups: [
        { ...group, group: 'all', differenceTo: { 'text-only': { value: 0.4, low: 0.25, high: 0.5 } } },
        { ...group, group: 'text names the part', differenceTo: {} },
      ],
    };
    const html = await report(run, { comparison, target });
    expect(html).toBe(readFileSync(target.file('report.html'), 'utf8'));
    expect(html).toContain('40.0 points below cross-attention (−50.0 to −25.0)');
    expect(html).toMatch(/<th scope="row"[^>]*>text names the part<\/th><td class="number">90.0%/);
    expect(html).toContain('compared-1');
  });

  it('shows hostile texts, labels and names as text', async () => {
    const attack = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
    const settings = await writeRows(temporaryFolder(), [
      { id: 'a', text: 'good', label: attack, split: 'train' },
      { id: 'b', text: attack, label: 'bad', split: 'train' },
      { id: 'v', text: 'good', label: 'bad', split: 'validation' },
      { id: `${attack}1`, text: `${attack}</style>`, label: attack, split: 'test' },
      { id: `${attack}2`, text: '\u202e\u0000\u001b[31m', label: 'bad', split: 'test' },
      { id: `${attack}3`, text: attack, label: 'bad', split: 'test', image: 'missing' },
    ]);
    const run = await untrainedRun(settings);
    await finishRun(run);
    const html = await report(run.folder);
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('<img src=x');
    expect(html.match(/<script/g)?.length).toBe(1);
    expect(html).toContain('&lt;script>alert(1)&lt;/script>');
    expect(html).not.toMatch(/[\u0000\u001b\u202e]/); // eslint-disable-line no-control-regex
    expect(html).toContain('image: missing');
    expect(html).toContain('The rows skipped');
  });

  it('refuses a folder without a run', async () => {
    await expect(writeReport(RunFolder.open(temporaryFolder()))).rejects.toThrow(
      'expected a run folder with config.json',
    );
  });

  it('says that it leaves out the table of confusions where too many labels occur', async () => {
    const run = await copied();
    const lines = Array.from({ length: 301 }, (_, i) => {
      const name = `label ${i}`;
      const row = { split: 'test', id: String(i), textSha256: '', label: name, prediction: name };
      return JSON.stringify({ ...row, probabilities: { [name]: 1 } });
    });
    writeFileSync(run.file('predictions.jsonl'), `${lines.join('\n')}\n`);
    const html = await report(run);
    expect(sections(html)).not.toContain('What was taken for what');
    expect(sections(html)).toContain('Each label by itself');
    expect(html).toContain('301 labels occur: a table of which was taken for which is made for at most 300.');
  });
});
