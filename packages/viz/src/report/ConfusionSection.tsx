import { type JSX } from 'preact';
import { confusionMatrixChart } from '../charts/confusionMatrixChart.js';
import { type ClassCounts } from '../charts/ClassCounts.js';
import { Chart, CHART_WIDTH } from './Chart.js';
import { Section } from './Section.js';

const MAX_CLASSES = 12;

/** What was taken for what. */
export function ConfusionSection({ confusion }: { readonly confusion: ClassCounts }): JSX.Element {
  return (
    <Section
      title="What was taken for what"
      lead={
        <>
          A row for each true label, a column for each predicted one: how many samples, and their share of the row. Blue
          is right, orange is wrong, and the stronger the colour, the larger the share.
          {confusion.classes.length > MAX_CLASSES &&
            ' The labels most often confused are shown; the others are counted together, in grey.'}
        </>
      }
    >
      <Chart svg={confusionMatrixChart(confusion, { maxClasses: MAX_CLASSES, width: CHART_WIDTH })} />
    </Section>
  );
}
