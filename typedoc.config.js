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
  'onnx-export',
  'tfjs-backend-onnxruntime',
];

/** Links to the sources do not depend on how this copy was fetched. */
const sourceLinks = {
  disableGit: true,
  gitRevision: 'main',
  sourceLinkTemplate: 'https://github.com/crossmodal/crossmodal/blob/{gitRevision}/{path}#L{line}',
};

/** @type {import('typedoc').TypeDocOptions} */
export default {
  name: 'Crossmodal',
  ...sourceLinks,
  entryPointStrategy: 'packages',
  entryPoints: packages.map((name) => `packages/${name}`),
  packageOptions: {
    ...sourceLinks,
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
  highlightLanguages: ['typescript', 'javascript', 'sh', 'bash', 'json', 'yaml', 'python', 'csv', 'text'],
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
  navigationLinks: {},
};
