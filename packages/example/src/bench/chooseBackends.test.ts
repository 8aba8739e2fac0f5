import type { BackendProbe } from '@crossmodal/backends';
import { expect, it } from 'vitest';
import { ConfigError } from '../config/ConfigError.js';
import { chooseBackends } from './chooseBackends.js';

const probes: readonly BackendProbe[] = [
  { backend: 'webgpu', available: true, device: 'SwiftShader', isGpu: false, isSoftware: true },
  { backend: 'onnxruntime', available: false, missing: 'a package', command: 'npm install it' },
  { backend: 'wasm', available: true, device: 'CPU', isGpu: false, isSoftware: false },
];
const needsPackage = { backend: 'onnxruntime', reason: 'needs a package; npm install it' };

it('takes what runs on real hardware, and says why the others are left out', () => {
  expect(chooseBackends(probes)).toEqual({
    backends: ['wasm'],
    leftOut: [
      { backend: 'webgpu', reason: 'SwiftShader is emulated on the CPU; --backends webgpu measures it nevertheless' },
      needsPackage,
    ],
  });
});

it('takes what is named, a GPU in software too', () => {
  expect(chooseBackends(probes, ['webgpu', 'onnxruntime'])).toEqual({ backends: ['webgpu'], leftOut: [needsPackage] });
});

it('refuses names of which none runs here', () => {
  const choose = (): unknown => chooseBackends(probes, ['onnxruntime']);
  expect(choose).toThrow(ConfigError);
  expect(choose).toThrow(
    'bench: --backends must name one that runs here, got onnxruntime.\n  onnxruntime: needs a package; npm install it',
  );
});
