import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { dirname, join } from 'node:path';

/** What stands beside every measurement: processor, memory, Node and how busy the machine is. */
export function describeMachine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGigabytes: Number((totalmem() / 1e9).toFixed(1)),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    load: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
}

/**
 * The version of an installed npm package.
 *
 * @param {string} name - such as `onnxruntime-node`
 * @param {string} from - path of a script that imports it, or of its folder
 * @returns {string}
 */
export function packageVersion(name, from) {
  const paths = createRequire(from).resolve.paths(name) ?? [];
  for (const path of paths) {
    try {
      return JSON.parse(readFileSync(join(path, name, 'package.json'), 'utf8')).version;
    } catch {
      // Not in this folder.
    }
  }
  throw new Error(`packageVersion: ${name} must be installed for ${dirname(from)}, got none.`);
}
