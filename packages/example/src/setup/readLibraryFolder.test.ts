import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeLibrary, scratchFolder } from './__fakes__/fakeTensorflow.js';
import { readLibraryFolder } from './readLibraryFolder.js';

describe('readLibraryFolder', () => {
  it('finds the C library in lib, the main one first', () => {
    const folder = fakeLibrary(scratchFolder());
    expect(readLibraryFolder(folder, 'folder')).toEqual({
      source: 'folder',
      include: join(folder, 'include'),
      libraries: [join(folder, 'lib/libtensorflow.so.2'), join(folder, 'lib/libtensorflow_framework.so.2')],
    });
  });

  it("finds that of Python's package in the folder itself", () => {
    const folder = fakeLibrary(scratchFolder(), { wheel: true });
    expect(readLibraryFolder(folder, 'python').libraries).toEqual([
      join(folder, 'libtensorflow_cc.so.2'),
      join(folder, 'libtensorflow_framework.so.2'),
    ]);
  });

  it.each([
    ['lib/libtensorflow.so.2', 'library', 'got libtensorflow_framework.so.2. Pass the folder into which'],
    ['lib/libtensorflow_framework.so.2', 'library', 'got libtensorflow.so.2. Pass the folder into which'],
    ['include/tensorflow/c/c_api.h', 'headers', "expected TensorFlow's header tensorflow/c/c_api.h"],
    ['include/tensorflow/c/eager/c_api.h', 'headers', 'tensorflow/c/eager/c_api.h, which is not there'],
    ['.', 'library', 'expected a folder of TensorFlow, there is none'],
  ])('names what is missing without %s', (missing, code, message) => {
    const folder = fakeLibrary(join(scratchFolder(), 'library'));
    rmSync(join(folder, missing), { recursive: true });
    expect(() => readLibraryFolder(folder, 'folder')).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }),
    );
  });
});
