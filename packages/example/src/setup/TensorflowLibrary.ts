import { type TensorflowSetup } from '@crossmodal/backends';

/** TensorFlow's C library as it lies on this machine. */
export interface TensorflowLibrary {
  readonly source: TensorflowSetup['source'];
  /** Folder that holds `tensorflow/c/c_api.h`. */
  readonly include: string;
  /** Absolute paths of the shared libraries, in the order of the linker; all in one folder. */
  readonly libraries: readonly string[];
}
