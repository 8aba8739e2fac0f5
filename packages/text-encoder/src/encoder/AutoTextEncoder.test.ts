import { useBackend } from '@crossmodal/testing';
import { folderInMemory } from '@crossmodal/weights';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixtures } from '../__fixtures__/readFixture.js';
import { AutoTextEncoder } from './AutoTextEncoder.js';
import { BertEncoder } from './BertEncoder.js';
import { ClipTextEncoder } from './ClipTextEncoder.js';
import { DistilBertEncoder } from './DistilBertEncoder.js';
import { RobertaEncoder } from './RobertaEncoder.js';

describe('AutoTextEncoder', () => {
  beforeAll(() => useBackend('cpu'));

  it.each([
    ['bert-c', BertEncoder, 'pooler'],
    ['bert-b', BertEncoder, 'mean'],
    ['distilbert-a', DistilBertEncoder, 'cls'],
    ['roberta-a', RobertaEncoder, 'pooler'],
    ['roberta-c', RobertaEncoder, 'pooler'],
    ['clip-c', ClipTextEncoder, 'eos'],
  ] as const)('chooses by model_type, and pools as the encoder does: %s', async (name, Encoder, usual) => {
    const encoder = await AutoTextEncoder.load(join(fixtures, 'encoders', name));
    expect(encoder).toBeInstanceOf(Encoder);
    expect(encoder.pooling).toBe(usual);
    encoder.dispose();
    const other = await AutoTextEncoder.load(join(fixtures, 'encoders', name), { pooling: 'mean' });
    expect(other.pooling).toBe('mean');
    other.dispose();
  });

  const refused: readonly [unknown, string][] = [
    [{ model_type: 'electra' }, 'got "electra".'],
    [{ model_type: 'clip_vision_model' }, 'got "clip_vision_model".'],
    [{ model_type: 'toString' }, 'got "toString".'],
    [{}, 'got "".'],
    [[], 'got "".'],
    [null, 'got "".'],
  ];
  it.each(refused)('refuses %j and lists what it knows', async (content, received) => {
    const folder = folderInMemory(new Map([['config.json', JSON.stringify(content)]]));
    await expect(AutoTextEncoder.load(folder)).rejects.toThrow(
      'AutoTextEncoder: memory/config.json: model_type must be one of bert, camembert, clip, clip_text_model, distilbert, roberta, ' +
        `xlm-roberta, ${received}`,
    );
  });
});
