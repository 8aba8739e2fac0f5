import { type GpuBackend, type GpuEvents } from './GpuBackend.js';
import { GpuDeviceLostError, type GpuFailurePlace, type GpuLoss } from './GpuDeviceLostError.js';
import { type GpuErrorKind, GpuOperationError } from './GpuOperationError.js';

const watches = new WeakMap<GpuBackend, GpuWatch>();

/** Gives the watch of a backend, which begins with the first call. */
export function watchGpu(gpu: GpuBackend): GpuWatch {
  const watch = watches.get(gpu) ?? new GpuWatch(gpu.device);
  watches.set(gpu, watch);
  return watch;
}

/** Hears what a device reports of its failures; TensorFlow.js does not listen. */
export class GpuWatch {
  #loss: GpuLoss | undefined;
  #error: { readonly kind: GpuErrorKind; readonly detail: string } | undefined;

  constructor(device: GpuEvents) {
    void device.lost.then(({ reason, message }) => {
      this.#loss = { reason, detail: message };
    });
    device.addEventListener('uncapturederror', (event) => {
      event.preventDefault(); // from being printed: it will be thrown
      // The first one is the cause; what follows works on its missing results.
      this.#error ??= { kind: kindOf(event.error.constructor.name), detail: event.error.message };
    });
  }

  /** Whether the device is gone for good. */
  get isLost(): boolean {
    return this.#loss !== undefined;
  }

  /** What failed since the last call, as the error to throw. A loss stays. */
  takeFailure(place: GpuFailurePlace): Error | undefined {
    if (this.#loss) return new GpuDeviceLostError(this.#loss, place);
    const error = this.#error;
    this.#error = undefined;
    return error && new GpuOperationError(error.kind, error.detail, place);
  }
}

function kindOf(className: string): GpuErrorKind {
  if (className === 'GPUOutOfMemoryError') return 'out-of-memory';
  return className === 'GPUValidationError' ? 'validation' : 'internal';
}
