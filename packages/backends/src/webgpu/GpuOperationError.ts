import { type GpuFailurePlace } from './GpuDeviceLostError.js';

/** What kind of operation error a GPU reports. */
export type GpuErrorKind = 'validation' | 'out-of-memory' | 'internal';

/**
 * The GPU refused an operation. WebGPU goes on without it, so that whatever was computed since the last check may be wrong.
 */
export class GpuOperationError extends Error {
  override readonly name = 'GpuOperationError';
  /** `'out-of-memory'`: something smaller may work. */
  readonly kind: GpuErrorKind;
  /** The update that was not made; counts from 1. */
  readonly step: number | undefined;
  /** Folder of the last checkpoint that is whole. */
  readonly checkpoint: string | undefined;

  /**
   * @param kind - what kind
   * @param detail - the driver's words
   * @param place - where
   */
  constructor(kind: GpuErrorKind, detail: string, { step, checkpoint }: GpuFailurePlace = {}) {
    const advice =
      kind === 'out-of-memory'
        ? 'Use a smaller batch, shorter texts, or gradientAccumulationSteps.'
        : 'Use another backend, and report this.';
    super(
      `webgpu: every operation must succeed, but the GPU reported ${kind === 'out-of-memory' ? 'that its memory is full' : `an ${kind} error`}` +
        `${step === undefined ? '' : ` in step ${step}`}: ${detail.trim()} ` +
        `Nothing was made of the values.${checkpoint === undefined ? '' : ` The last checkpoint is ${checkpoint}.`} ${advice}`,
    );
    this.kind = kind;
    this.step = step;
    this.checkpoint = checkpoint;
  }
}
