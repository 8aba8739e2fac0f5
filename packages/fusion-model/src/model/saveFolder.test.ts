import { afterEach, describe, expect, it, vi } from 'vitest';
import { saveFolder } from './saveFolder.js';

afterEach(() => {
  vi.doUnmock('@crossmodal/weights');
});

describe('saveFolder', () => {
  it('points to files() where there is no file system', async () => {
    // What the browser entry of weights exports instead.
    vi.doMock('@crossmodal/weights', () => ({ commitFolder: undefined, writeFolder: undefined }));
    await expect(saveFolder('folder', new Map(), new Map())).rejects.toThrow(
      'MultimodalSentimentModel.save: a file system is needed, got none. Take the contents from files().',
    );
  });
});
