import { type JSX } from 'preact';
import { lossCurve } from '../charts/lossCurve.js';
import { metricCurve } from '../charts/metricCurve.js';
import { displayText } from '../text/displayText.js';
import { Chart, CHART_WIDTH } from './Chart.js';
import { type ReportTraining } from './ReportData.js';
import { Section } from './Section.js';

/** The course of the training. */
export function TrainingSection({ training }: { readonly training: ReportTraining }): JSX.Element {
  const { history, metric, bestEpoch, note } = training;
  const options = {
    width: CHART_WIDTH,
    ...(metric !== undefined && { metric }),
    ...(bestEpoch !== undefined && { bestEpoch }),
  };
  return (
    <Section
      title="Training"
      lead={
        <>
          One epoch is one pass over the training samples. The loss should fall on both; where the validation loss rises
          again while the training loss goes on falling, the model begins to learn its samples by heart.
        </>
      }
    >
      <div class="columns">
        <Chart svg={lossCurve(history, options)} />
        <Chart svg={metricCurve(history, options)} />
      </div>
      {note !== undefined && (
        <p class="small" dir="auto">
          {displayText(note, 400)}
        </p>
      )}
    </Section>
  );
}
