import { describe, expect, it } from 'vitest';
import { readConfigFile, writeConfigFile } from './configFile.js';
import { resolveConfig } from './resolveConfig.js';

describe('the config file', () => {
  const config = resolveConfig(
    { id2label: { 0: 'bad', 1: 'good' }, nullKey: true, gate: 'sigmoid', classifierHiddenSize: 5 },
    8,
  );

  it('has snake_case names like other config files, and reads back', () => {
    const text = writeConfigFile(config);
    expect(Object.keys(JSON.parse(text) as object)).toEqual([
      'model_type',
      'fusion_strategy',
      'num_labels',
      'id2label',
      'label2id',
      'hidden_size',
      'num_attention_heads',
      'null_key',
      'gate',
      'attention_dropout',
      'hidden_dropout_prob',
      'classifier_hidden_size',
      'initializer_range',
    ]);
    expect(resolveConfig(readConfigFile(JSON.parse(text), 'folder'), 99)).toEqual(config);
  });

  it('refuses what is not such a file, with the folder and the value', () => {
    const read = (changes: object) => () =>
      readConfigFile({ ...(JSON.parse(writeConfigFile(config)) as object), ...changes }, 'run/best');
    expect(() => readConfigFile([], 'run/best')).toThrow('run/best: config.json must hold an object, got an array.');
    expect(read({ model_type: 'bert' })).toThrow(
      'run/best: config.json: model_type must be "multimodal-sentiment", got "bert". Pass a folder that save wrote.',
    );
    expect(read({ fusion_strategy: 'late' })).toThrow(
      'run/best: config.json: fusion_strategy must be one of cross-attention, pooled-cross-attention, concatenation, text-only, image-only, got "late".',
    );
    expect(read({ fusion_strategy: 'toString' })).toThrow('got "toString"');
    expect(read({ fusion_strategy: undefined })).toThrow('got none');
    expect(read({ num_labels: '2' })).toThrow('num_labels must be a number, got "2".');
    expect(read({ id2label: { 0: 1 } })).toThrow('id2label must be an object of strings, got {"0":1}.');
    expect(read({ label2id: ['a'] })).toThrow('label2id must be an object of numbers, got ["a"].');
    expect(read({ null_key: 1 })).toThrow('null_key must be true or false, got 1.');
    expect(read({ gate: 'relu' })).toThrow('gate must be one of none, tanh, sigmoid, got "relu".');
    expect(read({ classifier_hidden_size: 'x'.repeat(200) })).toThrow(/a number or null, got "x{79}\.$/);
  });
});
