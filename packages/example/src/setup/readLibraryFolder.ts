import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { SetupError } from './SetupError.js';
import { type TensorflowLibrary } from './TensorflowLibrary.js';

/**
 * Looks at a folder that holds TensorFlow's C library: an unpacked archive of the C library (`lib`, `include`), or the `tensorflow` folder of a
 * Python installation, which exports the same functions.
 *
 * @param folder - path of the folder
 * @param source - where it came from, for the record
 * @throws SetupError when a library or header is missing, naming it
 */
export function readLibraryFolder(folder: string, source: TensorflowLibrary['source']): TensorflowLibrary {
  const root = resolve(folder);
  const places = [join(root, 'lib'), root].filter((place) => existsSync(place));
  if (places.length === 0) throw new SetupError('library', `${root}: expected a folder of TensorFlow, there is none.`);
  const found = places.map(librariesIn).find((libraries) => libraries.length === 2);
  if (!found) {
    throw new SetupError(
      'library',
      `${root}: expected libtensorflow.so.2 (or libtensorflow_cc.so.2) and libtensorflow_framework.so.2 there or in its folder "lib", ` +
        `got ${
          places
            .flatMap(librariesIn)
            .map((path) => basename(path))
            .join(', ') || 'neither'
        }. ` +
        'Pass the folder into which the archive of the C library was unpacked, or use --from-python.',
    );
  }
  const include = join(root, 'include');
  for (const header of ['tensorflow/c/c_api.h', 'tensorflow/c/eager/c_api.h']) {
    if (existsSync(join(include, header))) continue;
    throw new SetupError(
      'headers',
      `${include}: expected TensorFlow's header ${header}, which is not there. Unpack the archive whole: "include" belongs beside "lib".`,
    );
  }
  return { source, include, libraries: found };
}

/** The main library and the framework, by their names with major version; real files, so that a record of their size means something. */
function librariesIn(folder: string): string[] {
  const names = readdirSync(folder);
  const patterns = [/^libtensorflow(_cc)?(\.so\.2|\.2\.dylib)$/, /^libtensorflow_framework(\.so\.2|\.2\.dylib)$/];
  return patterns.flatMap((pattern) => {
    const name = names.find((candidate) => pattern.test(candidate));
    return name === undefined ? [] : [join(realpathSync(folder), name)];
  });
}
