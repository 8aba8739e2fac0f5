const packages = [
  'example',
  'fusion-model',
  'cross-attention',
  'text-encoder',
  'image-encoder',
  'layers',
  'training',
  'dataset',
  'metrics',
  'viz',
  'weights',
  'backends',
];

/** @type {import('typedoc').TypeDocOptions} */
export default {
  name: 'Crossmodal',
  entryPointStrategy: 'packages',
  entryPoints: packages.map((name) => `packages/${name}`),
  packageOptions: {
    entryPoints: ['src/index.ts'],
    tsconfig: 'tsconfig.json',
    excludeInternal: true,
    excludePrivate: true,
    readme: 'README.md',
    // Tensors, layers and DOM types are documented by TensorFlow.js.
    validation: { notExported: true, invalidLink: true, rewrittenLink: true, notDocumented: true },
    requiredToBeDocumented: ['Class', 'Function', 'Interface', 'TypeAlias', 'Variable', 'Enum'],
  },
  projectDocuments: ['docs/guides/*.md', 'docs/glossary.md', 'docs/decisions/*.md'],
  out: 'docs/api',
  readme: 'README.md',
  includeVersion: true,
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
  navigationLinks: {},
};
