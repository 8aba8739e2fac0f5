import { packageConfig } from '../../tsup.shared.js';

// What the repository's root installs for every package: never bundled.
export default packageConfig({
  external: [/^node:/, /^@tensorflow\//, /^@crossmodal\//, 'vitest', 'webgpu'],
});
