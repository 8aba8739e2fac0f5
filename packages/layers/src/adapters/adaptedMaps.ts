import { Linear } from '../modules/Linear.js';
import { type Module } from '../modules/Module.js';

/** The linear maps with an adapter, by path; in order. They stay the module's. */
export function adaptedMaps(module: Module): Map<string, Linear> {
  const found = new Map<string, Linear>();
  for (const [path, part] of module.namedModules()) {
    if (part instanceof Linear && part.adapter) found.set(path, part);
  }
  return found;
}
