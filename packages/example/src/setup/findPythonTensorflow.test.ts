import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeLibrary, script, scratchFolder } from './__fakes__/fakeTensorflow.js';
import { findPythonTensorflow } from './findPythonTensorflow.js';
import { runProcess } from './runProcess.js';

const python = (body: string): string => script(join(scratchFolder(), 'python'), body);

describe('findPythonTensorflow', () => {
  it('takes the folder that Python names', async () => {
    const folder = fakeLibrary(scratchFolder(), { wheel: true });
    const { source, include } = await findPythonTensorflow(python(`echo ${folder}`), runProcess);
    expect([source, include]).toEqual(['python', join(folder, 'include')]);
  });

  it.each([
    ['has no TensorFlow', 'echo', 'has no TensorFlow. Install it there: '],
    ['fails', 'echo "Traceback" >&2; echo "ImportError: broken" >&2; exit 3', 'it ended with 3: ImportError: broken'],
  ])('says so when Python %s', async (_, body, message) => {
    await expect(findPythonTensorflow(python(body), runProcess)).rejects.toMatchObject({
      code: 'library',
      message: expect.stringContaining(message) as string,
    });
  });

  it('says so when there is no such Python', async () => {
    await expect(findPythonTensorflow('/nowhere/python', runProcess)).rejects.toThrow(
      '--from-python: expected a Python interpreter, there is no "/nowhere/python". Pass its path',
    );
  });
});
