import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findTensorflowSetup } from '@crossmodal/backends';
import { describe, expect, it } from 'vitest';
import { fakeCompiler, fakeLibrary, fakeNode, fakePackage, put, scratchFolder } from './__fakes__/fakeTensorflow.js';
import { describeSetup } from './describeSetup.js';
import { chooseLibrary } from './LibraryChoice.js';
import { runProcess, type RunProcess } from './runProcess.js';
import { type SetupMachine } from './SetupMachine.js';
import { setupTensorflow } from './setupTensorflow.js';

/** What the process that verifies prints. */
const VERDICT = 'crossmodal-verified:{"isGpu":false,"tensorflow":"2.21.0"}\n';

interface Trial {
  readonly root: string;
  readonly folder: string;
  readonly machine: SetupMachine;
  readonly set: (change?: Partial<SetupMachine>) => ReturnType<typeof setupTensorflow>;
  readonly state: () => ReturnType<typeof findTensorflowSetup>;
}

/** Everything is faked but the files: the compiler copies words, and the process that verifies is content. */
function trial(): Trial {
  const root = scratchFolder();
  const execPath = fakeNode(join(root, 'node'));
  const folder = join(root, 'cache/setup');
  const run: RunProcess = (command, words, options) =>
    command === process.execPath
      ? Promise.resolve({ status: 0, stdout: VERDICT, stderr: '' })
      : runProcess(command, words, options);
  const machine: SetupMachine = {
    run,
    project: root,
    env: { CROSSMODAL_TENSORFLOW_DIR: folder, CXX: fakeCompiler(join(root, 'c++')) },
    findPackage: (name) => ({ name, version: '4.22.0', folder: fakePackage(join(root, 'package')) }),
    execPath,
    now: () => new Date('2026-01-02T03:04:05Z'),
  };
  const library = { from: 'folder', folder: fakeLibrary(join(root, 'tensorflow')) } as const;
  return {
    root,
    folder,
    machine,
    set: (change) => setupTensorflow({ device: 'cpu', library }, { ...machine, ...change }),
    state: () => findTensorflowSetup('cpu', { env: machine.env, installedVersion: () => '4.22.0' }),
  };
}

describe('setupTensorflow', () => {
  it('leaves what findTensorflowSetup finds whole, with versions and hashes', async () => {
    const { set, state, root, folder } = trial();
    const setup = await set();
    expect(setup).toMatchObject({
      packageName: '@tensorflow/tfjs-node',
      packageVersion: '4.22.0',
      tensorflow: '2.21.0',
      source: 'folder',
      compiler: 'fake++ 1.2.3',
      nodeApi: 8,
      device: 'CPU',
      builtAt: '2026-01-02T03:04:05.000Z',
    });
    // sha256sum of "main library".
    expect(setup.libraries[0]).toEqual({
      path: join(root, 'tensorflow/lib/libtensorflow.so.2'),
      bytes: 12,
      sha256: 'b32554398f134f94e5babc45a90e9362b55855c835314627ae3792898cd3c3b6',
    });
    expect(state()).toEqual({ state: 'ready', folder, bindingPath: join(folder, 'tfjs_binding.node'), setup });
    expect(readdirSync(join(root, 'cache'))).toEqual(['setup']);
  });

  it('keeps what was set up when the new one does not compute', async () => {
    const { set, state, root, machine } = trial();
    await set();
    const before = state();
    const failing: RunProcess = (command, words, options) =>
      command === process.execPath
        ? Promise.resolve({ status: 1, stdout: '', stderr: 'Error: wrong product\n' })
        : machine.run(command, words, options);
    await expect(set({ run: failing })).rejects.toThrow('the trial ended with 1: Error: wrong product');
    expect(state()).toEqual(before);
    expect(readdirSync(join(root, 'cache'))).toEqual(['setup']);
  });

  it('replaces what was set up', async () => {
    const { set, state } = trial();
    await set();
    await set({ now: () => new Date('2027-01-01T00:00:00Z') });
    expect(state()).toMatchObject({ setup: { builtAt: '2027-01-01T00:00:00.000Z' } });
  });

  it("does not touch a folder of somebody else's", async () => {
    const { set, folder } = trial();
    put(join(folder, 'letters.txt'), 'dear');
    await expect(set()).rejects.toThrow('got one with letters.txt in it. Name another one');
    expect(readFileSync(join(folder, 'letters.txt'), 'utf8')).toBe('dear');
  });

  it('installs the npm package without its scripts where it is missing', async () => {
    const { set, machine, root } = trial();
    const asked: unknown[] = [];
    let installed = false;
    const run: RunProcess = (command, words, options) => {
      if (command !== 'npm') return machine.run(command, words, options);
      asked.push([words, options?.cwd]);
      installed = true;
      return Promise.resolve({ status: 0, stdout: '', stderr: '' });
    };
    await set({ run, findPackage: (name) => (installed ? machine.findPackage(name) : undefined) });
    expect(asked).toEqual([[['install', '--ignore-scripts', '@tensorflow/tfjs-node@4.22.0'], root]]);
  });

  it.each([
    [1, 'npm install --ignore-scripts @tensorflow/tfjs-node@4.22.0: must succeed, it ended with 1: E404'],
    [0, 'and @crossmodal/backends does not see the package'],
  ])('says so when npm ends with %d and the package is not there', async (status, message) => {
    const { set, machine, folder } = trial();
    const run: RunProcess = (command, words, options) =>
      command === 'npm'
        ? Promise.resolve({ status, stdout: '', stderr: 'E404' })
        : machine.run(command, words, options);
    await expect(set({ run, findPackage: () => undefined })).rejects.toMatchObject({
      code: 'package',
      message: expect.stringContaining(message) as string,
    });
    expect(existsSync(folder)).toBe(false);
  });
});

describe('describeSetup', () => {
  it('says what is downloaded, its hash, where all goes, and the licence', () => {
    const { machine, folder, root } = trial();
    const library = chooseLibrary('gpu', {}, { platform: 'linux', arch: 'x64' });
    const text = describeSetup('gpu', library, { ...machine, findPackage: () => undefined });
    for (const part of [
      `run "npm install --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0" in ${root}`,
      'https://storage.googleapis.com/tensorflow/versions/2.18.0/libtensorflow-gpu-linux-x86_64.tar.gz',
      '6ca25aae03548cf76f6f68f00bdf53ec39710f08cee23bf6419b9e6e27feca5c, nothing else is accepted',
      join(root, 'cache/libtensorflow-2.18.0-setup'),
      `into ${folder} (about 100 kB)`,
      'on the GPU',
      'Apache License 2.0',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('as it is installed');
  });
});

describe('chooseLibrary', () => {
  const linux = { platform: 'linux', arch: 'x64' };
  it('takes Python, a folder, or the archive of the machine', () => {
    expect(chooseLibrary('cpu', { fromPython: true }, linux)).toEqual({ from: 'python', python: 'python3' });
    expect(chooseLibrary('cpu', { fromPython: 'venv/bin/python' }, linux)).toEqual({
      from: 'python',
      python: 'venv/bin/python',
    });
    expect(chooseLibrary('cpu', { tfLib: 'library' }, linux)).toEqual({ from: 'folder', folder: 'library' });
    expect(chooseLibrary('cpu', {}, linux)).toMatchObject({ from: 'download', archive: { version: '2.18.0' } });
  });

  it('says what remains where there is no archive', () => {
    expect(() => chooseLibrary('cpu', {}, { platform: 'linux', arch: 'arm64' })).toThrow(
      'TensorFlow publishes no C library for linux arm64 (cpu). Use --from-python',
    );
    expect(() => chooseLibrary('cpu', { fromPython: true }, { platform: 'win32', arch: 'x64' })).toThrow(
      'works on Linux and macOS, this is win32. On Windows use it inside WSL 2.',
    );
  });
});
