import { type RunProcess } from './runProcess.js';
import { readLibraryFolder } from './readLibraryFolder.js';
import { SetupError } from './SetupError.js';
import { type TensorflowLibrary } from './TensorflowLibrary.js';

/** Finds the folder without importing TensorFlow, which takes seconds and may fail for reasons that do not matter here. */
const SCRIPT = `
import importlib.util
spec = importlib.util.find_spec('tensorflow')
print(list(spec.submodule_search_locations)[0] if spec and spec.submodule_search_locations else '')
`;

/**
 * Finds the C library inside an installed TensorFlow of Python.
 *
 * @param python - the interpreter: a name on the path, or a path
 * @param run - how to run it
 * @throws SetupError when there is no such interpreter, it has no TensorFlow, or that lacks the libraries
 */
export async function findPythonTensorflow(python: string, run: RunProcess): Promise<TensorflowLibrary> {
  // Isolated: a folder named "tensorflow" in the current one must not be taken for the package.
  const { status, stdout, stderr } = await run(python, ['-I', '-c', SCRIPT]);
  if (status === 'ENOENT') {
    throw new SetupError(
      'library',
      `--from-python: expected a Python interpreter, there is no "${python}". Pass its path: --from-python venv/bin/python.`,
    );
  }
  if (status !== 0) {
    const last = stderr.trim().split('\n').at(-1) ?? '';
    throw new SetupError('library', `--from-python: "${python}" must run, it ended with ${status}: ${last}`);
  }
  const folder = stdout.trim();
  if (folder === '') {
    throw new SetupError(
      'library',
      `--from-python: "${python}" has no TensorFlow. Install it there: ${python} -m pip install tensorflow-cpu ` +
        '(for a GPU: "tensorflow[and-cuda]").',
    );
  }
  return readLibraryFolder(folder, 'python');
}
