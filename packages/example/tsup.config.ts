import { packageConfig } from '../../tsup.shared.js';

export default packageConfig({
  entry: {
    index: 'src/index.ts',
    cli: 'src/cli.ts',
    'compare-worker': 'src/compare/worker.ts',
    'bench-worker': 'src/bench/worker.ts',
  },
});
