export { checkGradients, type GradientCheckOptions } from './checkGradients.js';
export { expectNoLeaks } from './expectNoLeaks.js';
export { expectGradientsClose, expectTensorsClose, type ExpectedTensor } from './expectTensorsClose.js';
export { backendsUnderTest, onBackends } from './onBackends.js';
export { type GoldenFile, goldenTensor, type GoldenTensor, goldenValue, readGolden } from './readGolden.js';
export { seededNormal, seededNormalValues, seededUniform } from './seededTensors.js';
export { type FaultServer, type ReceivedRequest, type ScriptedAnswer, startFaultServer } from './startFaultServer.js';
export { type TestBackend, useBackend } from './useBackend.js';
