import { attentionOverlay, type RgbImage } from '../overlay/attentionOverlay.js';
import { type ReportData } from '../report/ReportData.js';
import { type ReportPicture, type ReportSample } from '../report/ReportSample.js';
import sharp from 'sharp';

/** A picture whose pixels all differ a little from their neighbours. */
export function patternImage(width: number, height: number): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + Math.floor(i / 90) * 11) % 256);
  return { data, width, height };
}

/** A picture as a PNG file. */
export async function pngPicture({ data, width, height }: RgbImage): Promise<ReportPicture> {
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  return { source: new Uint8Array(png), width, height };
}

/** One prediction with everything that can be shown. */
export async function exampleSample(): Promise<ReportSample> {
  const image = patternImage(12, 8);
  const weights = [
    [0.1, 0.6],
    [0.2, 0.1],
  ];
  const crop = { x: 2, y: 0, width: 8, height: 8 };
  return {
    id: 'review-1',
    truth: 'positive',
    prediction: 'positive',
    probability: 0.973,
    group: 'text names a part',
    words: [
      { text: 'The', weight: 0.1, attention: weights },
      { text: 'handle', weight: 0.6, attention: [[0.8, 0], [0, 0]] }, // prettier-ignore
      { text: '!', weight: NaN, spaceBefore: false },
    ],
    image: await pngPicture(image),
    overlay: await pngPicture(attentionOverlay({ image, weights, crop })),
    attention: { topWeight: 0.6, patches: 4, nullWeight: 0.08, crop },
    imageReliance: 2.3,
    note: 'A note.',
  };
}

/** A report with every part. */
export async function exampleReport(): Promise<ReportData> {
  return {
    title: 'reviews, first run',
    about: 'Reviews of one text and one picture.',
    evaluation: {
      samples: 1000,
      noun: 'reviews',
      split: 'test',
      metrics: [
        { name: 'accuracy', value: 0.924, low: 0.907, high: 0.94 },
        { name: 'logLoss', value: 0.2134, low: 0.18, high: 0.25 },
      ],
      note: 'Measured once.',
      references: [{ label: 'Text alone', value: 0.712, explanation: 'The best without the picture.' }],
    },
    data: {
      source: 'reviews.csv',
      rowsRead: 6512,
      used: 6500,
      skipped: [
        { name: 'image not found', count: 8 },
        { name: 'label empty', count: 4 },
      ],
      skippedRows: [
        { name: 'review-17', line: 18, reason: 'image not found' },
        { name: 'review-40', reason: 'label empty' },
      ],
      splits: [
        { name: 'train', count: 5000 },
        { name: 'validation', count: 500 },
        { name: 'test', count: 1000 },
      ],
      duplicates: [{ name: 'train and test', count: 3 }],
      labels: [{ name: 'positive', count: 3322 }],
      warnings: ['One label has few samples.'],
    },
    training: {
      history: [
        { epoch: 1, trainLoss: 0.7, validationLoss: 0.69, metrics: { accuracy: 0.55 } },
        { epoch: 2, trainLoss: 0.4, validationLoss: 0.45, metrics: { accuracy: 0.8 } },
        { epoch: 3, trainLoss: 0.2, validationLoss: 0.3, metrics: { accuracy: 0.92 } },
      ],
      bestEpoch: 3,
      note: 'Stopped after 3 epochs.',
    },
    confusion: {
      classes: ['negative', 'positive'],
      counts: [
        [455, 33],
        [43, 469],
      ],
    },
    classes: [
      { label: 'negative', samples: 488, precision: 0.914, recall: 0.932, f1: 0.923 },
      { label: 'positive', samples: 512, precision: NaN, recall: 0.916, f1: 0.925 },
    ],
    groups: [
      {
        title: 'By kind of review',
        explanation: 'What decides.',
        rows: [{ name: 'text decides', samples: 250, value: 0.97, low: 0.95, high: 0.99, explanation: 'Only words.' }],
      },
      {
        title: 'Image reliance by kind',
        measure: 'Image reliance',
        unit: 'number',
        rows: [{ name: 'text decides', samples: 62, value: 0.875, low: 0.737, high: 1.032 }],
      },
    ],
    comparison: {
      baseline: 'concatenation',
      models: [
        {
          name: 'cross-attention',
          value: 0.924,
          low: 0.907,
          high: 0.94,
          isMain: true,
          difference: { value: 0.051, low: 0.031, high: 0.071 },
          explanation: 'Words look at patches.',
        },
        { name: 'concatenation', value: 0.873, low: 0.852, high: 0.893 },
        { name: 'gated', value: 0.876, low: 0.855, high: 0.896, difference: { value: 0.003, low: -0.01, high: 0.016 } },
      ],
      groups: [
        {
          name: 'text decides',
          explanation: 'Only words.',
          samples: 250,
          values: {
            'cross-attention': { value: 0.97, low: 0.95, high: 0.99 },
            concatenation: { value: 0.9 },
          },
        },
      ],
      note: 'Each model was trained once.',
    },
    samples: {
      selection: 'The first of the test split.',
      note: 'Two of three have no picture.',
      items: [
        await exampleSample(),
        { id: 'review-2', truth: null, prediction: 'negative', probability: 0.6, text: 'Bad.', imageNote: 'not found' },
        { id: 'review-3', truth: 'negative', prediction: 'positive', probability: NaN, imageReliance: NaN },
      ],
    },
    run: [
      {
        title: 'Configuration',
        facts: [
          { name: 'epochs', value: 3, source: 'flag' },
          { name: 'patience', value: null, source: 'default' },
        ],
      },
      { title: 'Environment', facts: [{ name: 'backend', value: 'wasm' }] },
    ],
  };
}
