import { assignParameters, type Module, type ParameterValues } from '@crossmodal/layers';
import type { CheckpointFolder } from '@crossmodal/weights';
import type { EncoderLoader } from '../model/loadParts.js';

/** A loader as `BertEncoder` is one: makes an encoder and reads the weights that its `files` wrote. */
export function loadFake<E extends Module>(make: () => E): EncoderLoader<E> {
  return {
    async load(folder: CheckpointFolder): Promise<E> {
      const encoder = make();
      try {
        // Written by filesOf.
        const weights = (await folder.readJson('weights.json')) as Record<string, ParameterValues>;
        assignParameters(encoder, new Map(Object.entries(weights)));
        return encoder;
      } catch (error) {
        encoder.dispose();
        throw error;
      }
    },
  };
}
