import { backendsUnderTest, expectNoLeaks, expectTensorsClose, onBackends, seededNormal } from '@crossmodal/testing';
import { dispose, tensor2d, tensor3d, zeros, type Tensor3D } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { featureTensors } from './featureTensors.js';
import { padFeatures } from './padFeatures.js';
import { unpadFeatures } from './unpadFeatures.js';

onBackends(backendsUnderTest(), () => {
  it('cuts states to the lengths of the samples, and leaves vectors alone', async () => {
    const lastHiddenState = tensor3d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 3, 2]);
    const poolerOutput = tensor2d([1, 2, 3, 4], [2, 2]);
    expect(await unpadFeatures({ lastHiddenState, poolerOutput }, [3, 1])).toEqual([
      {
        lastHiddenState: { shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
        poolerOutput: { shape: [2], data: Float32Array.of(1, 2) },
      },
      {
        lastHiddenState: { shape: [1, 2], data: Float32Array.of(7, 8) },
        poolerOutput: { shape: [2], data: Float32Array.of(3, 4) },
      },
    ]);
    const [whole] = await unpadFeatures({ lastHiddenState });
    expect(whole?.lastHiddenState?.shape).toEqual([3, 2]);
  });

  it('is undone by padding and uploading, but for what the padding held', async () => {
    const states = seededNormal([3, 4, 5], 1) as Tensor3D;
    const vectors = seededNormal([3, 2], 2);
    const uploaded = featureTensors(padFeatures(await unpadFeatures({ states, vectors }, [4, 4, 4])));
    await expectTensorsClose(uploaded.get('states')?.values ?? zeros([0]), states, 0);
    await expectTensorsClose(uploaded.get('vectors')?.values ?? zeros([0]), vectors, 0);
    expect(uploaded.get('vectors')?.mask).toBeUndefined();
    const short = featureTensors(padFeatures(await unpadFeatures({ states }, [1, 3, 2]))).get('states');
    expect(short?.values.shape).toEqual([3, 3, 5]);
    expect([...((await short?.mask?.data()) ?? [])]).toEqual([1, 0, 0, 1, 1, 1, 1, 1, 0]);
    expect([...((await short?.values.data()) ?? [])].slice(5, 15)).toEqual(Array(10).fill(0));
  });

  it('leaves no tensor behind', async () => {
    const batch = padFeatures([{ states: { shape: [1, 2], data: Float32Array.of(1, 2) } }]);
    await expectNoLeaks(() => {
      for (const { values, mask } of featureTensors(batch).values()) dispose([values, ...(mask ? [mask] : [])]);
    });
  });

  it('refuses lengths that the tensors do not have', async () => {
    const states = zeros([2, 3, 4]);
    await expect(unpadFeatures({ states }, [3, 4])).rejects.toThrow(
      'unpadFeatures: "states" must hold 2 samples of up to 4 states, got [2, 3, 4].',
    );
    await expect(unpadFeatures({ states }, [3])).rejects.toThrow(
      'must hold 1 samples of up to 3 states, got [2, 3, 4]',
    );
    await expect(unpadFeatures({ states, v: zeros([3, 4]) })).rejects.toThrow('"v" must hold 2 samples');
  });
});
