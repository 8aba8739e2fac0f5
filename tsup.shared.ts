import { defineConfig, type Options } from 'tsup';

/** The one build recipe: ES modules for Node 20 and browsers; types come from `tsc -b`. */
export function packageConfig(options: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry: ['src/index.ts'],
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    external: [/^node:/],
    sourcemap: true,
    // Declarations of `tsc -b` lie in the same folder.
    clean: false,
    dts: false,
    splitting: true,
    silent: true,
    ...options,
  });
}
