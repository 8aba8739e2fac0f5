import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeCompiler, fakeLibrary, fakePackage, script, scratchFolder } from './__fakes__/fakeTensorflow.js';
import { compileBinding, type CompileOptions } from './compileBinding.js';
import { readLibraryFolder } from './readLibraryFolder.js';
import { runProcess } from './runProcess.js';

function project(ctstring?: string): { root: string; target: string; options: CompileOptions } {
  const root = scratchFolder();
  const options = {
    packageFolder: fakePackage(join(root, 'package')),
    library: readLibraryFolder(fakeLibrary(join(root, 'tensorflow'), { ctstring }), 'folder'),
    nodeHeaders: '/node/include',
    env: { CXX: fakeCompiler(join(root, 'c++')) },
    run: runProcess,
  };
  return { root, target: join(root, 'tfjs_binding.node'), options };
}

const wordsOf = (target: string): string[] => readFileSync(target, 'utf8').trim().split('\n');

describe('compileBinding', () => {
  it('gives the compiler both sources, all headers, both libraries and where they lie', async () => {
    const { root, target, options } = project();
    expect(await compileBinding(target, options)).toBe('fake++ 1.2.3');
    const words = wordsOf(target);
    expect(words).toEqual(
      expect.arrayContaining([
        '-DNAPI_VERSION=8',
        `-I${root}/tensorflow/include`,
        '-I/node/include',
        `${root}/package/binding/tfjs_backend.cc`,
        `${root}/package/binding/tfjs_binding.cc`,
        `${root}/tensorflow/lib/libtensorflow.so.2`,
        `${root}/tensorflow/lib/libtensorflow_framework.so.2`,
        `-Wl,-rpath,${root}/tensorflow/lib`,
      ]),
    );
    // The linker takes libraries after the code that uses them.
    expect(words.indexOf(`${root}/tensorflow/lib/libtensorflow.so.2`)).toBeGreaterThan(
      words.indexOf(`${root}/package/binding/tfjs_binding.cc`),
    );
    expect(existsSync(join(root, 'include'))).toBe(false);
  });

  it.each(['tsl', 'xla/tsl'])('leads to the header of strings where it moved to %s', async (place) => {
    const { root, target, options } = project(place);
    await compileBinding(target, options);
    expect(readFileSync(join(root, 'include/tensorflow/core/platform/ctstring_internal.h'), 'utf8')).toBe(
      `#include "${place}/platform/ctstring_internal.h"\n`,
    );
    const words = wordsOf(target);
    expect(words.indexOf(`-I${root}/include`)).toBeLessThan(words.indexOf(`-I${root}/tensorflow/include`));
    expect(words).toContain(`-I${root}/include`);
  });

  it('names the header that is nowhere', async () => {
    const { target, options } = project('elsewhere');
    await expect(compileBinding(target, options)).rejects.toMatchObject({
      code: 'headers',
      message: expect.stringContaining('tensorflow/core/platform/ctstring_internal.h or tsl/platform') as string,
    });
  });

  it('says what to install where no compiler is', async () => {
    const { target, options } = project();
    const run: CompileOptions['run'] = () => Promise.resolve({ status: 'ENOENT', stdout: '', stderr: '' });
    await expect(compileBinding(target, { ...options, env: {}, run })).rejects.toMatchObject({
      code: 'compiler',
      message:
        'compileBinding: expected a C++ compiler, none of g++, clang++, c++ runs. Install one: sudo apt-get install g++ ' +
        '(Debian, Ubuntu), sudo dnf install gcc-c++ (Fedora), xcode-select --install (macOS).',
    });
    await expect(compileBinding(target, { ...options, env: { CXX: '/nowhere/c++' } })).rejects.toThrow(
      'none of /nowhere/c++ runs (from CXX)',
    );
  });

  it('tells what the compiler refused', async () => {
    const { root, target, options } = project();
    const refusing = script(
      join(root, 'refusing'),
      '[ "$1" = --version ] || { echo "x.cc:1: error: no" >&2; exit 1; }',
    );
    await expect(compileBinding(target, { ...options, env: { CXX: refusing } })).rejects.toMatchObject({
      code: 'compiler',
      message: `compileBinding: ${refusing} must compile package, it ended with 1: x.cc:1: error: no`,
    });
  });

  it('names the source that is missing', async () => {
    const { root, target, options } = project();
    rmSync(join(root, 'package/binding/tfjs_backend.cc'));
    await expect(compileBinding(target, options)).rejects.toMatchObject({ code: 'package' });
  });
});
