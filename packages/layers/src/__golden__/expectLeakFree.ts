import { expectNoLeaks } from '@crossmodal/testing';
import { dispose, grads, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** Asserts that an operation leaves no tensor behind: alone, and with its gradient. */
export async function expectLeakFree(f: (...inputs: Tensor[]) => Tensor, inputs: Tensor[]): Promise<void> {
  await expectNoLeaks(() => dispose(f(...inputs)));
  await expectNoLeaks(() => dispose(grads((...moved: Tensor[]) => tidy(() => sum(f(...moved))))(inputs)));
}

/** Asserts that a call throws this message, or a part of it, and leaves no tensor behind. */
export async function expectCleanThrow(run: () => unknown, message: string): Promise<void> {
  await expectNoLeaks(() => {
    expect(run).toThrow(message);
  });
}
