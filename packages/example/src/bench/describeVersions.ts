import { createRequire } from 'node:module';
import { version_core as tfjsVersion } from '@tensorflow/tfjs-core';

/** Parts that decide about speed beside our own packages; each may be absent. */
const others = [
  'onnxruntime-node',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-node',
  '@tensorflow/tfjs-node-gpu',
  'webgpu',
  'sharp',
];

/** Versions of our packages and of what computes, by name; without those that are not installed. */
export function describeVersions(): Readonly<Record<string, string>> {
  const require = createRequire(import.meta.url);
  const manifestOf = (name: string): Manifest | undefined => {
    try {
      return require(`${name}/package.json`) as Manifest; // npm wrote it
    } catch {
      return undefined;
    }
  };
  const own = Object.keys(manifestOf('@crossmodal/example')?.dependencies ?? {}).filter((name) =>
    name.startsWith('@crossmodal/'),
  );
  const versions = ['@crossmodal/example', ...own, ...others].flatMap((name) => {
    const version = manifestOf(name)?.version;
    return version === undefined ? [] : [[name, version] as const];
  });
  return { ...Object.fromEntries(versions), '@tensorflow/tfjs-core': tfjsVersion };
}

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}
