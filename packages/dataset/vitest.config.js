import { packageTests } from '../../vitest.shared.js';
export default packageTests('dataset');
//# sourceMappingURL=vitest.config.js.map