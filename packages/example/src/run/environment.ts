import { createRequire } from 'node:module';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import type { BackendInfo } from '@crossmodal/backends';
import { version_core as tfjsVersion } from '@tensorflow/tfjs-core';

/** Machine, runtime and versions of a run; written to `environment.json`. */
export interface Environment {
  readonly crossmodal: string;
  readonly node: string;
  readonly tfjs: string;
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly backend: BackendInfo;
}

export function describeEnvironment(backend: BackendInfo): Environment {
  return { ...describeMachine(), backend };
}

/** The same of a machine on which no backend runs yet. */
export function describeMachine(): Omit<Environment, 'backend'> {
  const processors = cpus();
  return {
    crossmodal: programVersion(),
    node: process.version,
    tfjs: tfjsVersion,
    os: `${platform()} ${release()} ${arch()}`,
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGigabytes: Math.round((totalmem() / 2 ** 30) * 10) / 10,
  };
}

/** Version of this package, from its own package.json: the name leads there from the sources and from the build alike. */
export function programVersion(): string {
  const manifest = createRequire(import.meta.url)('@crossmodal/example/package.json') as { readonly version: string };
  return manifest.version;
}
