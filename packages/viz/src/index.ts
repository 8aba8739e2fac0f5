export {
  type ComparedModel,
  comparisonChart,
  type ComparisonChartOptions,
  type PairedDifference,
} from './charts/comparisonChart.js';
export { confusionMatrixChart, type ConfusionMatrixChartOptions } from './charts/confusionMatrixChart.js';
export { type ClassCounts } from './charts/ClassCounts.js';
export { differenceChart } from './charts/differenceChart.js';
export { lossCurve } from './charts/lossCurve.js';
export { metricCurve } from './charts/metricCurve.js';
export { metricIntervals, type MetricIntervalsOptions } from './charts/metricIntervals.js';
export { type MetricValue } from './charts/MetricValue.js';
export { trainingCurves } from './charts/trainingCurves.js';
export { type HistoryEpoch, type TrainingCurveOptions } from './charts/HistoryEpoch.js';
export { type ReferenceLine } from './charts/intervalChart.js';

export { type FigureFont, type FigureFonts } from './figure/FigureFont.js';
export { loadDejaVuFonts } from './figure/loadDejaVuFonts.js';
export { parseFigureFont } from './figure/parseFigureFont.js';
export { sampleFigure, type SampleFigureOptions } from './figure/sampleFigure.js';

export {
  attentionOverlay,
  type AttentionOverlayOptions,
  type CropRectangle,
  type RgbImage,
} from './overlay/attentionOverlay.js';
export { type ColourMap, colourMapBytes } from './overlay/colourMapBytes.js';

export { renderReport } from './report/renderReport.js';
export {
  type ClassScore,
  type ComparedGroup,
  type DataAccount,
  type Fact,
  type FactGroup,
  type GroupBreakdown,
  type GroupRow,
  type ModelComparison,
  type NamedCount,
  type ReferenceValue,
  type ReportData,
  type ReportEvaluation,
  type ReportSamples,
  type ReportTraining,
  type SkippedRow,
} from './report/ReportData.js';
export { type ReportPicture, type ReportSample, type SampleAttention } from './report/ReportSample.js';

export { type AttendedWord } from './text/AttendedWord.js';
export { type NumberUnit } from './text/formatNumber.js';
export { wordAttention, type WordAttentionOptions } from './text/wordAttention.js';
