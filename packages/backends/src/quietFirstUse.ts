import { findBackend, type KernelBackend } from '@tensorflow/tfjs-core';

import { isRegistered } from './activateBackend.js';

/**
 * Keeps the cpu backend from printing its advertisement ("Hi, looks like you are running TensorFlow.js in Node.js …")
 * on first use. Only that text: `env().set('PROD', true)` would hide warnings too.
 */
export function quietFirstUse(): void {
  if (!isRegistered('cpu')) return;
  const cpu = findBackend('cpu') as (KernelBackend & { firstUse?: boolean }) | null; // private field of MathBackendCPU
  if (cpu?.firstUse !== undefined) cpu.firstUse = false;
}
