import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { findTensorflowSetup } from './findTensorflowSetup.js';
import { tensorflowSetupFolder } from './tensorflowSetupFolder.js';
import { type TensorflowSetup } from './TensorflowSetup.js';

const built = 'native code';
const library = 'a shared library';
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('findTensorflowSetup', () => {
  let root: string;
  let folder: string;
  const env = (): Record<string, string> => ({ XDG_CACHE_HOME: root });
  const find = (installed?: string): ReturnType<typeof findTensorflowSetup> =>
    findTensorflowSetup('cpu', { env: env(), installedVersion: () => installed });

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'crossmodal-setup-'));
    folder = tensorflowSetupFolder('cpu', env());
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(root, 'libtensorflow.so.2'), library);
    writeFileSync(join(folder, 'tfjs_binding.node'), built);
    writeFileSync(join(folder, 'setup.json'), JSON.stringify(setup()));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const setup = (): TensorflowSetup => ({
    formatVersion: 1,
    packageName: '@tensorflow/tfjs-node',
    packageVersion: '4.22.0',
    tensorflow: '2.21.0',
    source: 'python',
    libraries: [{ path: join(root, 'libtensorflow.so.2'), bytes: library.length, sha256: sha(library) }],
    binding: { bytes: built.length, sha256: sha(built) },
    compiler: 'g++ 12.2.0',
    nodeApi: 8,
    device: 'CPU',
    builtAt: '2026-11-26T08:00:00.000Z',
  });

  it('finds what is whole', () => {
    const bindingPath = join(folder, 'tfjs_binding.node');
    expect(find('4.22.0')).toEqual({ state: 'ready', folder, bindingPath, setup: setup() });
    expect(find()).toMatchObject({ state: 'ready' });
  });

  it('finds nothing where nothing is', () => {
    const gpu = join(root, 'crossmodal', 'tensorflow', `${process.platform}-${process.arch}-gpu`);
    expect(findTensorflowSetup('gpu', { env: env() })).toEqual({ state: 'absent', folder: gpu });
  });

  it('obeys CROSSMODAL_TENSORFLOW_DIR, for the device that lies there', () => {
    const named = { CROSSMODAL_TENSORFLOW_DIR: folder };
    expect(findTensorflowSetup('cpu', { env: named, installedVersion: () => undefined }).state).toBe('ready');
    expect(findTensorflowSetup('gpu', { env: named })).toEqual({ state: 'absent', folder });
  });

  it.each<[string, () => void, string]>([
    [
      'a record that is cut off',
      () => writeFileSync(join(folder, 'setup.json'), '{"format'),
      'setup.json cannot be read',
    ],
    [
      'a record of another format',
      () => writeFileSync(join(folder, 'setup.json'), '{"formatVersion":2}'),
      'cannot be read',
    ],
    ['a native part that is gone', () => rmSync(join(folder, 'tfjs_binding.node')), 'tfjs_binding.node is gone'],
    [
      'another native part',
      () => writeFileSync(join(folder, 'tfjs_binding.node'), 'native kode'),
      'tfjs_binding.node is not what was built',
    ],
    ['a library that is gone', () => rmSync(join(root, 'libtensorflow.so.2')), 'libtensorflow.so.2 is gone'],
    [
      'a library that was updated',
      () => appendFileSync(join(root, 'libtensorflow.so.2'), ', newer'),
      'libtensorflow.so.2 is another one now (23 bytes, it had 16)',
    ],
  ])('calls broken: %s', (_, spoil, reason) => {
    spoil();
    const state = find();
    expect(state).toMatchObject({ state: 'broken', folder, command: 'crossmodal setup tensorflow' });
    expect(state).toHaveProperty('reason', expect.stringContaining(reason));
  });

  it('calls broken what was built for another version of the package', () => {
    expect(find('4.21.0')).toMatchObject({
      state: 'broken',
      reason: 'it was built for @tensorflow/tfjs-node 4.22.0, and 4.21.0 is installed',
    });
  });
});

describe('tensorflowSetupFolder', () => {
  it('lies in ~/.cache without variables', () => {
    expect(tensorflowSetupFolder('gpu', {})).toBe(
      join(homedir(), '.cache', 'crossmodal', 'tensorflow', `${process.platform}-${process.arch}-gpu`),
    );
  });
});
