import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { temporaryFolder } from './temporaryFolder.js';

export const repository = resolve(import.meta.dirname, '..');

/** The names of the folders of all published packages. */
export const publishedPackages: readonly string[] = readdirSync(join(repository, 'packages')).filter(
  (name) => !readManifest(join(repository, 'packages', name)).private,
);

/**
 * Makes an empty project and does what `npm install` does there: packages of ours are unpacked from `npm pack`, with what
 * they declare as dependencies, optional ones included, and as required peers; others are linked from this repository's own
 * install, without what only they need, so that the test needs no network.
 *
 * A file that a tarball lacks is lacking here, and so is a package that ours import without declaring it.
 *
 * @param name - of the project
 * @param manifest - fields of its `package.json`
 * @param install - what to install, as in `npm install @crossmodal/layers @tensorflow/tfjs-core`
 * @returns the project's folder; it is gone after the last test of the file
 */
export function installTarballs(
  name: string,
  manifest: Readonly<Record<string, unknown>>,
  install: readonly string[],
): string {
  const project = temporaryFolder(name);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name, private: true, ...manifest }));
  const installed = new Set<string>();
  const add = (wanted: string, by = ''): void => {
    if (installed.has(wanted)) return;
    installed.add(wanted);
    const target = join(project, 'node_modules', wanted);
    mkdirSync(dirname(target), { recursive: true });
    if (!wanted.startsWith('@crossmodal/')) {
      // A version that only one package of ours needs lies in its own folder.
      const places = [
        join(repository, 'packages', by.replace('@crossmodal/', ''), 'node_modules'),
        join(repository, 'node_modules'),
      ];
      const source = places.map((place) => join(place, wanted)).find((path) => existsSync(path));
      if (source === undefined) throw new Error(`installTarballs: "${wanted}" is not installed in this repository.`);
      symlinkSync(source, target);
      return;
    }
    mkdirSync(target);
    execFileSync('tar', ['-xzf', packTarball(wanted), '--strip-components=1', '-C', target]);
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta = {} } = readManifest(target);
    const peers = Object.keys({ ...peerDependencies }).filter((peer) => !peerDependenciesMeta[peer]?.optional);
    for (const needed of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]) add(needed, wanted);
  };
  for (const wanted of install) add(wanted);
  return project;
}

const tarballs = new Map<string, string>();

/** Packs a package once per process. */
function packTarball(name: string): string {
  const packed = tarballs.get(name);
  if (packed) return packed;
  const folder = temporaryFolder('pack');
  const cwd = join(repository, 'packages', name.replace('@crossmodal/', ''));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd });
  const [file = ''] = readdirSync(folder);
  tarballs.set(name, join(folder, file));
  return join(folder, file);
}

interface Manifest {
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest; // npm itself reads it so
}
