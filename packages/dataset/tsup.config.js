import { packageConfig } from '../../tsup.shared.js';
export default packageConfig();
//# sourceMappingURL=tsup.config.js.map