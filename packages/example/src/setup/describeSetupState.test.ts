import { expect, it } from 'vitest';
import { type TensorflowSetup } from '@crossmodal/backends';
import { describeSetupState } from './describeSetupState.js';

it('says in one line whether native TensorFlow is set up, with what, or why it is broken', () => {
  const setup: TensorflowSetup = {
    formatVersion: 1,
    packageName: '@tensorflow/tfjs-node',
    packageVersion: '4.22.0',
    tensorflow: '2.21.0',
    source: 'python',
    libraries: [],
    binding: { bytes: 1, sha256: '' },
    compiler: 'g++',
    nodeApi: 8,
    device: 'CPU',
    builtAt: '2026-11-26T08:00:00.000Z',
  };
  const folder = '/cache';
  expect([
    describeSetupState({ state: 'absent', folder }),
    describeSetupState({ state: 'ready', folder, bindingPath: '/cache/tfjs_binding.node', setup }),
    describeSetupState({
      state: 'broken',
      folder,
      reason: 'the library x is gone',
      command: 'crossmodal setup tensorflow',
    }),
  ]).toEqual([
    'not set up',
    'set up with TensorFlow 2.21.0 of a Python installation, checked on 2026-11-26 on CPU',
    'broken: the library x is gone -> crossmodal setup tensorflow',
  ]);
});
