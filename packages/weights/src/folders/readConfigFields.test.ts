import { describe, expect, it } from 'vitest';
import { readConfigFields } from './readConfigFields.js';

const table = {
  names: { hiddenSize: 'hidden_size', hiddenAct: 'hidden_act', qkvBias: 'qkv_bias' },
  defaults: { hiddenSize: 768, hiddenAct: 'gelu', qkvBias: true },
};

describe('readConfigFields', () => {
  it('takes what is there, and the default for what is missing or null', () => {
    const content = { hidden_size: 64, hidden_act: null, hiddenAct: 'relu', other: [1] };
    expect(readConfigFields(content, table, 'file')).toEqual({ hiddenSize: 64, hiddenAct: 'gelu', qkvBias: true });
    expect(readConfigFields({ qkv_bias: false }, table, 'file')).toEqual({ ...table.defaults, qkvBias: false });
  });

  const refused: readonly [unknown, string][] = [
    ['text', 'file must be a JSON object, got "text".'],
    [null, 'file must be a JSON object, got null.'],
    [[1], 'file must be a JSON object, got [1].'],
    [undefined, 'file must be a JSON object, got undefined.'],
    [{ hidden_size: '64' }, 'file: hidden_size must be a number, got "64".'],
    [{ hidden_act: ['gelu'] }, 'file: hidden_act must be a string, got ["gelu"].'],
    [{ qkv_bias: 1 }, 'file: qkv_bias must be a boolean, got 1.'],
  ];
  it.each(refused)('refuses %j', (content, message) => {
    expect(() => readConfigFields(content, table, 'file')).toThrow(new TypeError(message));
  });
});
