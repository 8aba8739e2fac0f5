import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type TensorflowDevice } from '@crossmodal/backends';
import { type RunProcess } from './runProcess.js';
import { SetupError } from './SetupError.js';

/** What a process of its own computed with native TensorFlow. */
export interface Verified {
  /** Version of the C library. */
  readonly tensorflow: string;
  /** `'CPU'`, or the name of the graphics processor. */
  readonly device: string;
}

const MARK = 'crossmodal-verified:';

/**
 * A product of matrices, and one step down a gradient: `loss(w) = sum((x w)^2)` with `x = [[1, 2], [3, 4]]` at `w = [[1], [1]]` is 58, its
 * gradient `2 x' x w = [[48], [68]]`, and a step of 0.01 leads to `[[0.52], [0.32]]`.
 */
const CHECK = `
const tf = await import(core);
const { startBackend } = await import(backends);
const info = await startBackend(name);
const close = (what, got, expected) => {
  if (got.length === expected.length && expected.every((value, i) => Math.abs(got[i] - value) < 1e-4)) return;
  throw new Error(what + ': expected ' + expected + ', got ' + Array.from(got));
};
const x = tf.tensor2d([[1, 2], [3, 4]]);
close('product of matrices', await tf.matMul(x, tf.tensor2d([[5, 6], [7, 8]])).data(), [19, 22, 43, 50]);
const w = tf.variable(tf.tensor2d([[1], [1]]));
const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(tf.matMul(x, w))), [w]);
close('loss', await value.data(), [58]);
const gradient = grads[w.name];
close('gradient', await gradient.data(), [48, 68]);
w.assign(tf.sub(w, tf.mul(gradient, tf.scalar(0.01))));
close('step', await w.data(), [0.52, 0.32]);
console.log(mark + JSON.stringify({ isGpu: info.isGpu, tensorflow: tf.engine().backend.binding?.TF_Version ?? 'unknown' }));
`;

/**
 * Starts native TensorFlow from a folder in a process of its own, and lets it compute what is known.
 *
 * @param folder - what was built
 * @param device - where it must compute; a GPU that is not used is an error
 * @param run - how to run Node.js
 * @throws SetupError when it crashes, computes something else or computes elsewhere
 */
export async function verifySetup(folder: string, device: TensorflowDevice, run: RunProcess): Promise<Verified> {
  const require = createRequire(import.meta.url);
  const addresses = {
    core: pathToFileURL(require.resolve('@tensorflow/tfjs-core')).href,
    backends: pathToFileURL(require.resolve('@crossmodal/backends')).href,
    name: device === 'gpu' ? 'tensorflow-gpu' : 'tensorflow',
    mark: MARK,
  };
  const constants = Object.entries(addresses).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`);
  const { status, stdout, stderr } = await run(
    process.execPath,
    ['--input-type=module', '--eval', [...constants, CHECK].join('\n')],
    // TensorFlow names the graphics processor that it takes only when it is told to talk.
    { env: { ...process.env, CROSSMODAL_TENSORFLOW_DIR: folder, TF_CPP_MIN_LOG_LEVEL: '0' } },
  );
  const line = stdout.split('\n').find((candidate) => candidate.startsWith(MARK));
  if (status !== 0 || line === undefined) {
    throw new SetupError(
      'verification',
      `setup tensorflow: it was built, and must compute a product and a gradient; the trial ended with ${status}: ${reasonIn(stderr)}`,
    );
  }
  const { isGpu, tensorflow } = JSON.parse(line.slice(MARK.length)) as { isGpu: boolean; tensorflow: string }; // printed by the script above
  if (device === 'gpu' && !isGpu) {
    throw new SetupError('verification', 'setup tensorflow --gpu: TensorFlow computed on the CPU. Check: nvidia-smi.');
  }
  return { tensorflow, device: isGpu ? (gpuName(stderr) ?? 'a GPU that TensorFlow does not name') : 'CPU' };
}

/** From TensorFlow's own line: `... device: 0, name: NVIDIA H100 80GB HBM3, pci bus id: ...`. */
function gpuName(log: string): string | undefined {
  return /device: \d+, name: ([^,\n]+),/.exec(log)?.[1];
}

/** The line that names the error, and what TensorFlow itself said about libraries of the GPU. */
function reasonIn(stderr: string): string {
  const lines = stderr.split('\n');
  const error = lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.findLast((line) => line.trim() !== '') ?? '';
  const cuda = lines.find((line) => /Cannot dlopen|could not find cuda|CUDA_ERROR|failed call to cuInit/i.test(line));
  return [error, ...(cuda === undefined ? [] : [`TensorFlow said: ${cuda.replace(/^[^\]]*\] /, '')}`])]
    .join(' ')
    .slice(0, 900);
}
