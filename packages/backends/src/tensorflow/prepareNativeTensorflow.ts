/** What {@link prepareNativeTensorflow} prepares for. */
export interface NativeTensorflow {
  readonly packageName: string;
  /** The native part to load instead of the package's own; undefined leaves that. */
  readonly bindingPath: string | undefined;
  /** The file or folder from which the package is found, as a path or `file:` URL. */
  readonly from: string;
}

/**
 * Makes `@tensorflow/tfjs-node` 4.22 load on any Node.js, with a native part that lies elsewhere. Call it before the package is imported.
 *
 * - Node.js 23 removed `util.isNullOrUndefined` and Node.js 22 warns at it; the package calls it late.
 * - The package asks `@mapbox/node-pre-gyp` where its native part is. While it loads, a stand-in answers.
 * - TensorFlow's chatter on standard error is reduced to warnings, and it takes memory of a GPU as it needs it instead of all at
 *   once; a variable that is set already stays.
 *
 * This function uses nothing outside of itself: its text also runs in a child process.
 *
 * @returns puts the real `@mapbox/node-pre-gyp` back
 */
export function prepareNativeTensorflow({ packageName, bindingPath, from }: NativeTensorflow): () => void {
  const util = process.getBuiltinModule('node:util') as { isNullOrUndefined?: (value: unknown) => boolean }; // gone from Node 23
  util.isNullOrUndefined = (value) => value === null || value === undefined;
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  // Code for a GPU that the library has no machine code for is compiled once and kept; the driver's own limit is too small for it.
  process.env.CUDA_CACHE_MAXSIZE ??= '4294967296';
  if (bindingPath === undefined) return () => undefined;
  const { createRequire, Module } = process.getBuiltinModule('node:module');
  let require: NodeJS.Require;
  let finder: string;
  try {
    require = createRequire(createRequire(from).resolve(`${packageName}/package.json`));
    // Its dependency, not ours.
    const finderName = '@mapbox/node-pre-gyp';
    finder = require.resolve(finderName);
  } catch {
    // The import that follows says better what is missing.
    return () => undefined;
  }
  const original = require.cache[finder];
  require.cache[finder] = Object.assign(new Module(finder), {
    filename: finder,
    loaded: true,
    // A method: bundlers that keep names wrap other functions in one of their own, which the text alone would lack.
    exports: {
      find() {
        return bindingPath;
      },
    },
  });
  return () => {
    if (original === undefined) Reflect.deleteProperty(require.cache, finder);
    else require.cache[finder] = original;
  };
}
