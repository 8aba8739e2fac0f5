import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that is gone after the test. */
export function scratchFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'crossmodal-setup-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file and the folders above it. */
export function put(path: string, content: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** A C library of TensorFlow that nothing can run: files of the right names. */
export function fakeLibrary(folder: string, { wheel = false, ctstring = 'tensorflow/core' } = {}): string {
  const libraries = wheel ? folder : join(folder, 'lib');
  put(join(libraries, wheel ? 'libtensorflow_cc.so.2' : 'libtensorflow.so.2'), 'main library');
  put(join(libraries, 'libtensorflow_framework.so.2'), 'framework');
  put(join(folder, 'include/tensorflow/c/c_api.h'), '');
  put(join(folder, 'include/tensorflow/c/eager/c_api.h'), '');
  put(join(folder, 'include', ctstring, 'platform/ctstring_internal.h'), '');
  return folder;
}

/** `@tensorflow/tfjs-node`, of which only the sources are there. */
export function fakePackage(folder: string): string {
  put(join(folder, 'package.json'), '{"name":"@tensorflow/tfjs-node","version":"4.22.0"}');
  put(join(folder, 'binding/tfjs_backend.cc'), '');
  put(join(folder, 'binding/tfjs_binding.cc'), '');
  return folder;
}

/** A Node.js with its headers beside it; the path of the program. */
export function fakeNode(folder: string): string {
  put(join(folder, 'include/node/node_api.h'), '');
  return join(folder, 'bin/node');
}

/** A program made of a shell script. */
export function script(path: string, body: string): string {
  put(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** A compiler that writes its arguments into the file it makes. */
export function fakeCompiler(path: string): string {
  return script(
    path,
    `if [ "$1" = --version ]; then echo "fake++ 1.2.3"; exit 0; fi
for word in "$@"; do target="$word"; done
printf '%s\\n' "$@" > "$target"`,
  );
}
