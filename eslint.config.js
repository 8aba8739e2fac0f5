import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Who may import whom among our packages: the table of docs/guides/architecture.md. */
const allowedImports = {
  dataset: [],
  metrics: [],
  viz: [],
  weights: [],
  layers: [],
  'text-encoder': ['layers', 'weights'],
  'image-encoder': ['layers', 'weights'],
  'cross-attention': ['layers'],
  'fusion-model': ['layers', 'cross-attention', 'weights'],
  training: ['layers', 'weights'],
  backends: [],
  'onnx-export': ['weights'],
  'tfjs-backend-onnxruntime': [],
  testing: ['backends', 'tfjs-backend-onnxruntime'],
  example: [
    'dataset',
    'metrics',
    'viz',
    'weights',
    'layers',
    'text-encoder',
    'image-encoder',
    'cross-attention',
    'fusion-model',
    'training',
    'backends',
    'onnx-export',
    'tfjs-backend-onnxruntime',
  ],
};
const packageNames = Object.keys(allowedImports);
/** What tests may use beside their package's own imports. */
const testImports = ['testing', 'backends', 'tfjs-backend-onnxruntime'];

const forbid = (allowed) =>
  packageNames
    .filter((name) => !allowed.includes(name))
    .map((name) => ({
      group: [`@crossmodal/${name}`, `@crossmodal/${name}/*`],
      message: `This package may import only: ${allowed.join(', ') || 'none of ours'}.`,
    }));
const deepImports = {
  group: ['@crossmodal/*/*', '!@crossmodal/tfjs-backend-onnxruntime/runtime', '**/packages/*/src/**'],
  message: 'Import packages by name, never their src or dist.',
};
const chainedOps = {
  group: ['@tensorflow/tfjs'],
  message: 'The union package hides what is used: import from @tensorflow/tfjs-core.',
};

const boundaries = Object.entries(allowedImports).flatMap(([name, allowed]) => [
  {
    files: [`packages/${name}/src/**/*.{ts,tsx}`],
    ignores: ['**/*.test.*', '**/*.test-d.ts', '**/__*__/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [...forbid(allowed), deepImports, chainedOps] }] },
  },
  {
    files: [`packages/${name}/src/**/*.test.{ts,tsx}`, `packages/${name}/src/**/__*__/**`],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [...forbid([...allowed, name, ...testImports]), deepImports, chainedOps] },
      ],
    },
  },
]);

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', 'docs/api/**', 'runs/**', '**/*.d.ts'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: ['./tsconfig.tests.json'], tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/class-literal-property-style': 'off',
      'import-x/no-default-export': 'error',
      'no-console': 'error',
      eqeqeq: ['error', 'always'],
    },
  },
  { files: ['**/*.config.ts'], rules: { 'import-x/no-default-export': 'off' } },
  {
    files: ['**/*.test.{ts,tsx}'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/no-floating-promises': 'error' },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
      },
    },
  },
  ...boundaries,
);
