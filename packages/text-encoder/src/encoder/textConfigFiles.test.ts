import { describe, expect, it } from 'vitest';
import { readFixture } from '../__fixtures__/readFixture.js';
import { type BertConfig, defaultBertConfig } from './BertConfig.js';
import { bertFormat } from './bertFormat.js';
import { clipTextFormat, textTowerFields } from './clipTextFormat.js';
import { distilBertFormat } from './distilBertFormat.js';
import { formatTextConfig } from './formatTextConfig.js';
import { robertaFormat } from './robertaFormat.js';
import { readTextConfig } from './readTextConfig.js';

const parseBertConfig = (content: unknown, where: string): BertConfig => readTextConfig(content, bertFormat, where);
const formatBertConfig = (config: BertConfig): string =>
  formatTextConfig(config, bertFormat, { architectures: ['BertModel'] });

describe('the config.json of a BERT encoder', () => {
  it('has the defaults of bert-base-uncased, which are those of Python', async () => {
    expect(parseBertConfig(await readFixture('published-config.json'), 'published')).toEqual(defaultBertConfig);
    expect(parseBertConfig(await readFixture('transformers-config.json'), 'transformers')).toEqual(defaultBertConfig);
    expect(parseBertConfig({ model_type: 'bert' }, 'empty')).toEqual(defaultBertConfig);
    const published = (await readFixture('published-config.json')) as Record<string, unknown>;
    const written = JSON.parse(formatBertConfig(defaultBertConfig)) as Record<string, unknown>;
    for (const name of Object.keys(written).filter((key) => key in published && key !== 'architectures')) {
      expect([name, written[name]]).toEqual([name, published[name]]);
    }
    expect(written).toMatchObject({ architectures: ['BertModel'], model_type: 'bert' });
  });

  it('reads every field, and back what it wrote', () => {
    const config = {
      vocabSize: 11, hiddenSize: 12, numHiddenLayers: 13, numAttentionHeads: 6, intermediateSize: 15, hiddenAct: 'quick_gelu', hiddenDropoutProb: 0.16,
      attentionProbsDropoutProb: 0.17, maxPositionEmbeddings: 18, typeVocabSize: 19, initializerRange: 20, layerNormEps: 21, padTokenId: 10,
    } as const; // prettier-ignore
    expect(parseBertConfig(JSON.parse(formatBertConfig(config)), 'test')).toEqual(config);
    for (const field of Object.keys(config))
      expect(config).not.toHaveProperty(field, defaultBertConfig[field as 'vocabSize']);
  });

  it('keeps the point of whole fractions, which transformers 5 insists on', () => {
    const text = formatBertConfig({ ...defaultBertConfig, initializerRange: 1, layerNormEps: 2, hiddenDropoutProb: 0 });
    expect(text).toMatch(/"initializer_range": 1\.0,\n/);
    expect(text).toMatch(/"layer_norm_eps": 2\.0,\n/);
    expect(text).toMatch(/"hidden_dropout_prob": 0\.0,\n/);
    expect(text).toMatch(/"hidden_size": 768,\n/);
  });

  it('ignores fields that would run code elsewhere', () => {
    expect(
      parseBertConfig({ model_type: 'bert', auto_map: { AutoModel: 'evil.py' }, trust_remote_code: true }, 'test'),
    ).toEqual(defaultBertConfig);
  });

  it.each<[unknown, string]>([
    [[], 'test must be a JSON object, got [].'],
    [null, 'test must be a JSON object, got null.'],
    [{}, 'test: model_type must be "bert", got undefined.'],
    [{ model_type: 'roberta' }, 'test: model_type must be "bert", got "roberta".'],
    [{ model_type: 'bert', hidden_size: '768' }, 'test: hidden_size must be a number, got "768".'],
    [{ model_type: 'bert', hidden_act: 1 }, 'test: hidden_act must be a string, got 1.'],
    [
      { model_type: 'bert', position_embedding_type: 'relative_key' },
      'position_embedding_type must be "absolute", got "relative_key".',
    ],
    [{ model_type: 'bert', is_decoder: true }, 'test: is_decoder must be false, got true.'],
    [{ model_type: 'bert', add_cross_attention: true }, 'test: add_cross_attention must be false, got true.'],
  ])('refuses %j', (content, message) => {
    expect(() => parseBertConfig(content, 'test')).toThrow(message);
  });
});

interface GoldenConfigs {
  readonly defaults: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly clip: Readonly<
    Record<string, { readonly published: object; readonly meaning: Readonly<Record<string, unknown>> }>
  >;
}

describe('config.json of every architecture', async () => {
  const golden = (await readFixture('configs.json')) as GoldenConfigs;
  const formats = [
    ['bert', bertFormat],
    ['roberta', robertaFormat],
    ['distilbert', distilBertFormat],
    ['clip_text_model', clipTextFormat],
  ] as const;

  it.each(formats)('means the same as in Python where fields are missing: %s', (type, format) => {
    const meaning = golden.defaults[type]!;
    for (const [field, fileName] of Object.entries(format.names)) {
      const value = format.defaults[field as keyof typeof format.defaults] as unknown;
      expect([fileName, value]).toEqual([fileName, meaning[fileName]]);
    }
  });

  it('differs by name alone in XLM-RoBERTa, except for the size of the vocabulary, which every published file gives', () => {
    const roberta = golden.defaults.roberta!;
    expect(golden.defaults['xlm-roberta']).toEqual({ ...roberta, model_type: 'xlm-roberta', vocab_size: 30_522 });
    expect(roberta.vocab_size).toBe(50_265);
  });

  it.each(Object.entries(golden.clip))(
    'means the same as in Python in the form %s of CLIP',
    (_, { published, meaning }) => {
      const config = readTextConfig(textTowerFields(published, 'test'), clipTextFormat, 'test');
      for (const [field, fileName] of Object.entries(clipTextFormat.names)) {
        const value: unknown = config[field as keyof typeof config];
        expect([fileName, value]).toEqual([fileName, meaning[fileName]]);
      }
    },
  );

  it('may name the fields of DistilBERT as BERT does, which Python reads too', () => {
    const content = { model_type: 'distilbert', hidden_size: 24, num_attention_heads: 6, num_hidden_layers: 3 };
    const expected = { hiddenSize: 24, numAttentionHeads: 6, numHiddenLayers: 3 };
    expect(readTextConfig(content, distilBertFormat, 'test')).toMatchObject(expected);
    expect(readTextConfig({ ...content, dim: 12 }, distilBertFormat, 'test')).toMatchObject({
      ...expected,
      hiddenSize: 12,
    });
  });

  const refused: readonly [() => unknown, string][] = [
    [
      () => readTextConfig({ model_type: 'bert' }, robertaFormat, 'test'),
      'test: model_type must be "roberta" or "xlm-roberta" or "camembert", got "bert".',
    ],
    [
      () => readTextConfig({ model_type: 'roberta', is_decoder: true }, robertaFormat, 'test'),
      'test: is_decoder must be false, got true.',
    ],
    [
      () => readTextConfig({ model_type: 'distilbert', activation: 'swish' }, distilBertFormat, 'test'),
      'test: hiddenAct must be one of gelu, ',
    ],
    [
      () => readTextConfig({ model_type: 'clip_text_model', eos_token_id: [1, 2] }, clipTextFormat, 'test'),
      'test: eos_token_id must be a number, got [1,2].',
    ],
    [
      () => readTextConfig({ model_type: 'clip_text_model', eos_token_id: -1 }, clipTextFormat, 'test'),
      'test: eosTokenId must be an id, got -1.',
    ],
    [
      () => textTowerFields({ model_type: 'clip', text_config: 'small' }, 'test'),
      'test: text_config must be a JSON object, got a string.',
    ],
    [() => readTextConfig(textTowerFields([], 'test'), clipTextFormat, 'test'), 'test must be a JSON object, got [].'],
  ];
  it.each(refused)('refuses what means something else', (read, message) => {
    expect(read).toThrow(message);
  });
});
