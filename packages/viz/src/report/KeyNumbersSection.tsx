import { type JSX } from 'preact';
import { metricFacts } from '../charts/metricFacts.js';
import { type MetricValue } from '../charts/MetricValue.js';
import { displayText } from '../text/displayText.js';
import { formatCount, formatInterval, formatValue } from '../text/formatNumber.js';
import { IntervalBar } from './IntervalBar.js';
import { type ReportEvaluation } from './ReportData.js';
import { Section } from './Section.js';

const MAX_METRICS = 24;
/** The others are folded away: too many numbers hide the one that matters. */
const MAX_CARDS = 6;

/** The metrics with their intervals, each explained in a sentence. */
export function KeyNumbersSection({ evaluation }: { readonly evaluation: ReportEvaluation }): JSX.Element {
  const { metrics, samples, split, references = [] } = evaluation;
  const level = `${Number(((evaluation.level ?? 0.95) * 100).toFixed(2))}%`;
  const noun = displayText(evaluation.noun ?? 'samples', 40);
  const isAnyInterval = metrics.some(({ low, high }) => low !== undefined && high !== undefined);
  return (
    <Section
      title="Key numbers"
      lead={
        <>
          Measured on {formatCount(samples)} {noun}
          {split !== undefined && <> of the {displayText(split, 40)} split</>} that the model has not been trained on.
          {isAnyInterval && (
            <>
              {' '}
              The range beside a number is its {level} interval: with other {noun} of the same kind the number would be
              a little different, and this is how far it would plausibly move.
            </>
          )}
        </>
      }
    >
      <div class="cards">
        {metrics.slice(0, MAX_CARDS).map((metric, index) => (
          <MetricCard key={metric.name} metric={metric} level={level} isFirst={index === 0} />
        ))}
      </div>
      {metrics.length > MAX_CARDS && (
        <MoreMetrics
          metrics={metrics.slice(MAX_CARDS, MAX_METRICS)}
          level={level}
          hidden={metrics.length - MAX_METRICS}
        />
      )}
      {evaluation.note !== undefined && (
        <p class="warning" dir="auto">
          {displayText(evaluation.note, 400)}
        </p>
      )}
      {references.length > 0 && (
        <>
          <h3>What to hold it against</h3>
          <dl class="references">
            {references.slice(0, 12).map(({ label, value, explanation }) => (
              <div key={label}>
                <dt dir="auto">{displayText(label, 80)}</dt>
                <dd>
                  <strong>{formatValue(value, metricFacts(metrics[0] ?? { name: 'accuracy' }).unit)}</strong>{' '}
                  {explanation !== undefined && <span dir="auto">{displayText(explanation, 300)}</span>}
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </Section>
  );
}

function MoreMetrics(props: {
  readonly metrics: readonly MetricValue[];
  readonly level: string;
  readonly hidden: number;
}): JSX.Element {
  const { metrics, level, hidden } = props;
  return (
    <details>
      <summary>
        More numbers <span class="muted">({metrics.length})</span>
      </summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="More numbers">
        <table class="groups">
          <thead>
            <tr>
              <th scope="col">Metric</th>
              <th scope="col" class="number">
                Value
              </th>
              <th scope="col" class="number">
                {level} interval
              </th>
            </tr>
          </thead>
          <tbody>
            {metrics.map((metric) => {
              const { label, unit, explanation } = metricFacts(metric);
              return (
                <tr key={metric.name}>
                  <th scope="row" dir="auto">
                    {displayText(label, 60)}
                    <span class="small">{displayText(explanation, 300)}</span>
                  </th>
                  <td class="number">{formatValue(metric.value, unit)}</td>
                  <td class="number">{formatInterval(metric.low ?? NaN, metric.high ?? NaN, unit)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {hidden > 0 && <p class="small">{formatCount(hidden)} more are not listed.</p>}
    </details>
  );
}

function MetricCard(props: {
  readonly metric: MetricValue;
  readonly level: string;
  readonly isFirst: boolean;
}): JSX.Element {
  const { metric, level, isFirst } = props;
  const { label, unit, explanation } = metricFacts(metric);
  const interval = formatInterval(metric.low ?? NaN, metric.high ?? NaN, unit);
  return (
    <article class={isFirst ? 'card first' : 'card'}>
      <h3 dir="auto">{displayText(label, 60)}</h3>
      <p class="figure">{formatValue(metric.value, unit)}</p>
      {interval !== 'undefined' && (
        <p class="range-text">
          <span class="unseen">{level} interval </span>
          {interval}
        </p>
      )}
      {unit === 'percent' && <IntervalBar value={metric.value} low={metric.low} high={metric.high} />}
      {explanation !== '' && <p class="small">{displayText(explanation, 300)}</p>}
    </article>
  );
}
