export { accuracy } from './accuracy.js';
export { type ScoreOptions } from './averagedScore.js';
export { balancedAccuracy } from './balancedAccuracy.js';
export { bootstrapInterval, type Interval } from './bootstrapInterval.js';
export { type Probabilities } from './checkProbabilities.js';
export {
  ClassificationAccumulator,
  type ClassificationAccumulatorOptions,
  type ClassificationBatch,
  type ClassificationResult,
} from './ClassificationAccumulator.js';
export { type ClassificationMetrics } from './ClassificationMetrics.js';
export {
  classificationReport,
  type ClassificationReport,
  type ClassificationReportOptions,
  type ReportRow,
} from './classificationReport.js';
export {
  classificationScores,
  type ClassificationScores,
  type ClassificationScoresOptions,
  type ClassScores,
  type Scores,
} from './classificationScores.js';
export { cohenKappa } from './cohenKappa.js';
export { confusionMatrix, type ConfusionMatrix, type ConfusionMatrixOptions } from './confusionMatrix.js';
export { f1 } from './f1.js';
export { formatClassificationReport } from './formatClassificationReport.js';
export { logLoss, type LogLossOptions } from './logLoss.js';
export { matthewsCorrelation } from './matthewsCorrelation.js';
export { pairedBootstrap, type PairedInterval } from './pairedBootstrap.js';
export { precision } from './precision.js';
export { quantile } from './quantile.js';
export { type Label, type Labels } from './readLabels.js';
export { recall } from './recall.js';
export { type BootstrapOptions } from './resample.js';
export { rocAuc, type RocAucOptions } from './rocAuc.js';
export { rocAucOneVsRest, type RocAucOneVsRestOptions } from './rocAucOneVsRest.js';
export { selectRows } from './selectRows.js';
