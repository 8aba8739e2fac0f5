import { describe, expect, it } from 'vitest';
import { readFixture } from '../__fixtures__/readFixture.js';
import { type BertConfig, defaultBertConfig } from './BertConfig.js';
import { bertFormat } from './bertFormat.js';
import { formatTextConfig } from './formatTextConfig.js';
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
