import { activateBackend } from './activateBackend.js';
import { type BackendAdapter } from './BackendAdapter.js';
import { quietFirstUse } from './quietFirstUse.js';
import { registerSegmentSum } from './registerSegmentSum.js';

/** Plain JavaScript: always there. */
export const cpuAdapter: BackendAdapter = {
  name: 'cpu',

  probe() {
    return Promise.resolve({
      backend: 'cpu',
      available: true,
      device: 'CPU (JavaScript)',
      isGpu: false,
      isSoftware: false,
    });
  },

  async start() {
    const { version_cpu: version } = await import('@tensorflow/tfjs-backend-cpu');
    registerSegmentSum('cpu');
    await activateBackend('cpu');
    quietFirstUse();
    return { device: 'CPU (JavaScript)', version, isGpu: false, isSoftware: false, notes: [] };
  },
};
