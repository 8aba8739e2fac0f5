import { describe, expect, it } from 'vitest';
import { type ProcessResult, type RunProcess } from './runProcess.js';
import { verifySetup } from './verifySetup.js';

/** A child that ends so; and what it was told. */
function child(result: Partial<ProcessResult>): { run: RunProcess; env: () => NodeJS.ProcessEnv | undefined } {
  let seen: NodeJS.ProcessEnv | undefined;
  const run: RunProcess = (_, __, options) => {
    seen = options?.env;
    return Promise.resolve({ status: 0, stdout: '', stderr: '', ...result });
  };
  return { run, env: () => seen };
}

const report = (isGpu: boolean): string =>
  `chatter\ncrossmodal-verified:${JSON.stringify({ isGpu, tensorflow: '2.21.0' })}\n`;
const created =
  '2026-11-26 08:00:00: I gpu_device.cc:2020] Created device /device:GPU:0 with 79000 MB memory:  -> device: 0, name: NVIDIA H100 80GB HBM3, pci bus id: 0000:01:00.0, compute capability: 9.0\n';

describe('verifySetup', () => {
  it('says that the CPU computed, from the folder it was told', async () => {
    const { run, env } = child({ stdout: report(false) });
    expect(await verifySetup('/built', 'cpu', run)).toEqual({ tensorflow: '2.21.0', device: 'CPU' });
    expect(env()).toMatchObject({ CROSSMODAL_TENSORFLOW_DIR: '/built', TF_CPP_MIN_LOG_LEVEL: '0' });
  });

  it("names the GPU as TensorFlow's log does", async () => {
    const { run } = child({ stdout: report(true), stderr: created });
    expect(await verifySetup('/built', 'gpu', run)).toEqual({ tensorflow: '2.21.0', device: 'NVIDIA H100 80GB HBM3' });
  });

  it('refuses a CPU where a GPU is wanted', async () => {
    const { run } = child({ stdout: report(false) });
    await expect(verifySetup('/built', 'gpu', run)).rejects.toMatchObject({
      code: 'verification',
      message: 'setup tensorflow --gpu: TensorFlow computed on the CPU. Check: nvidia-smi.',
    });
  });

  it('passes on the error, and what TensorFlow said of CUDA', async () => {
    const stderr =
      'W gpu_device.cc:2343] Cannot dlopen some GPU libraries. Skipping registering GPU devices...\n' +
      'file:///x:3\n\nBackendUnavailableError: startBackend: needs a CUDA GPU\n    at x\n\nNode.js v20.20.2\n';
    const { run } = child({ status: 1, stderr });
    await expect(verifySetup('/built', 'gpu', run)).rejects.toMatchObject({
      code: 'verification',
      message:
        'setup tensorflow: it was built, and must compute a product and a gradient; the trial ended with 1: ' +
        'BackendUnavailableError: startBackend: needs a CUDA GPU TensorFlow said: ' +
        'Cannot dlopen some GPU libraries. Skipping registering GPU devices...',
    });
  });

  it('does not take silence for success', async () => {
    await expect(verifySetup('/built', 'cpu', child({ stdout: 'nothing' }).run)).rejects.toMatchObject({
      code: 'verification',
    });
    // Right numbers, and a crash at the end.
    const crash = child({ status: 'SIGSEGV', stdout: report(false) });
    await expect(verifySetup('/built', 'cpu', crash.run)).rejects.toThrow('ended with SIGSEGV');
  });
});
