/** Which of TensorFlow's builds is meant: the one for processors, or the one for NVIDIA's graphics processors. */
export type TensorflowDevice = 'cpu' | 'gpu';

/** A shared library that the native part needs, as it was when that was built. */
export interface TensorflowLibraryFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What `crossmodal setup tensorflow` built, as `setup.json` beside it says. */
export interface TensorflowSetup {
  readonly formatVersion: 1;
  /** The npm package whose native part this is. */
  readonly packageName: '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu';
  readonly packageVersion: string;
  /** Version of the C library, as it says itself. */
  readonly tensorflow: string;
  /** Where the C library came from: a Python installation, a folder, or the official archive. */
  readonly source: 'python' | 'folder' | 'download';
  readonly libraries: readonly TensorflowLibraryFile[];
  /** The file `tfjs_binding.node`. */
  readonly binding: { readonly bytes: number; readonly sha256: string };
  /** What built it: the first line of `g++ --version`. */
  readonly compiler: string;
  /** Version of Node-API; any Node.js that has it runs the file. */
  readonly nodeApi: number;
  /** What computed the test product: `'CPU'`, or the name of the graphics processor. */
  readonly device: string;
  /** ISO 8601, UTC. */
  readonly builtAt: string;
}

/** Whether native TensorFlow is set up on this machine. */
export type TensorflowSetupState =
  | { readonly state: 'absent'; readonly folder: string }
  | { readonly state: 'ready'; readonly folder: string; readonly bindingPath: string; readonly setup: TensorflowSetup }
  | {
      readonly state: 'broken';
      readonly folder: string;
      /** What is wrong, in words. */
      readonly reason: string;
      /** The command that repairs it. */
      readonly command: string;
    };
