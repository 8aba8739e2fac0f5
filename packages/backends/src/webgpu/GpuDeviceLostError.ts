/** Where a run was when its GPU failed, for the message. */
export interface GpuFailurePlace {
  /** The update that was not made; counts from 1. */
  readonly step?: number | undefined;
  /** Folder of the last checkpoint that is whole. */
  readonly checkpoint?: string | undefined;
  /** The command that continues from it. */
  readonly command?: string | undefined;
}

/** Why a GPU went away. */
export interface GpuLoss {
  /** `'destroyed'` by this program, or `'unknown'`: the driver crashed, was updated or reset, or the machine slept. */
  readonly reason: string;
  /** The driver's words. */
  readonly detail: string;
}

/**
 * The GPU went away in the middle of a computation: everything that lay on it is gone, and only what was saved before is left.
 *
 * @example
 * try {
 *   await assertGpuHealthy();
 * } catch (error) {
 *   if (error instanceof GpuDeviceLostError) await startBackend('webgpu'); // on a new device; load the model again
 * }
 */
export class GpuDeviceLostError extends Error {
  override readonly name = 'GpuDeviceLostError';
  /** `'destroyed'` or `'unknown'`. */
  readonly reason: string;
  /** The update that was not made; counts from 1. */
  readonly step: number | undefined;
  /** Folder of the last checkpoint that is whole. */
  readonly checkpoint: string | undefined;
  /** The command that continues from it. */
  readonly command: string | undefined;

  /**
   * @param loss - why
   * @param place - where
   */
  constructor({ reason, detail }: GpuLoss, { step, checkpoint, command }: GpuFailurePlace = {}) {
    const when = step === undefined ? '' : ` in step ${step}`;
    const kept =
      checkpoint !== undefined
        ? ` The last checkpoint is ${checkpoint}.`
        : step === undefined
          ? ''
          : ' No checkpoint was saved yet.';
    super(
      `webgpu: the GPU must stay until the work is done, but it was lost${when} (${reason}: ${detail}). ` +
        `What lay on it is gone.${kept} ${command === undefined ? 'Start again.' : `Continue with: ${command}`}`,
    );
    this.reason = reason;
    this.step = step;
    this.checkpoint = checkpoint;
    this.command = command;
  }
}
