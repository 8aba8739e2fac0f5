import { useBackend } from '@crossmodal/testing';
import { folderInMemory } from '@crossmodal/weights';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixtures } from './__fixtures__/goldenTensors.js';
import { AutoImageEncoder } from './AutoImageEncoder.js';
import { ClipVisionEncoder } from './ClipVisionEncoder.js';
import { VitEncoder } from './VitEncoder.js';

describe('AutoImageEncoder', () => {
  beforeAll(() => useBackend('cpu'));

  it('chooses by model_type', async () => {
    for (const [name, Encoder] of [
      ['both-towers', ClipVisionEncoder],
      ['encoders/clip-a', ClipVisionEncoder],
      ['encoders/vit-c', VitEncoder],
    ] as const) {
      const encoder = await AutoImageEncoder.load(join(fixtures, name));
      expect(encoder).toBeInstanceOf(Encoder);
      encoder.dispose();
    }
  });

  const refused: readonly [unknown, string][] = [
    [{ model_type: 'dinov2' }, 'got "dinov2".'],
    [{ model_type: 'deit' }, 'got "deit".'],
    [{ model_type: 'vit-hybrid' }, 'got "vit-hybrid".'],
    [{ model_type: 'toString' }, 'got "toString".'],
    [{}, 'got "".'],
    [[], 'got "".'],
  ];
  it.each(refused)('refuses %j and lists what it knows', async (content, received) => {
    const folder = folderInMemory(new Map([['config.json', JSON.stringify(content)]]));
    await expect(AutoImageEncoder.load(folder)).rejects.toThrow(
      `AutoImageEncoder: memory/config.json: model_type must be one of clip, clip_vision_model, vit, ${received}`,
    );
  });
});
