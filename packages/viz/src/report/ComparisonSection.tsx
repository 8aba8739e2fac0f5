import { type JSX } from 'preact';
import { type ComparedModel, comparisonChart } from '../charts/comparisonChart.js';
import { differenceChart } from '../charts/differenceChart.js';
import { displayText } from '../text/displayText.js';
import {
  formatCount,
  formatDifference,
  formatDifferenceInterval,
  formatInterval,
  formatValue,
} from '../text/formatNumber.js';
import { Chart, CHART_WIDTH } from './Chart.js';
import { type ComparedGroup, type ModelComparison, type ReportEvaluation } from './ReportData.js';
import { Section } from './Section.js';

const MAX_MODELS = 40;
const MAX_GROUPS = 60;

/** The same samples for several models. */
export function ComparisonSection(props: {
  readonly comparison: ModelComparison;
  readonly evaluation?: ReportEvaluation | undefined;
}): JSX.Element {
  const { baseline, note, groups = [] } = props.comparison;
  const measure = displayText(props.comparison.measure ?? 'Accuracy', 40);
  const models = props.comparison.models.slice(0, MAX_MODELS);
  const level = props.evaluation?.level ?? 0.95;
  const references = props.evaluation?.references ?? [];
  const differing = models.filter(({ difference }) => difference !== undefined);
  return (
    <Section
      title="Compared with other models"
      lead={
        <>
          All models answered the same samples.
          {differing.length > 0 && (
            <>
              {' '}
              The difference to {displayText(baseline ?? 'the baseline', 80)} is taken sample by sample, which is
              sharper than comparing two ranges: where its interval leaves out 0, the difference is more than luck of
              the draw.
            </>
          )}
        </>
      }
    >
      <div class="columns">
        <Chart svg={comparisonChart(models, { measure, level, references, width: CHART_WIDTH })} />
        {differing.length > 0 && <Chart svg={differenceChart(models, { measure, level, width: CHART_WIDTH })} />}
      </div>
      <ul class="plain">
        {models.map((model) => (
          <li key={model.name}>
            <strong dir="auto">{displayText(model.name, 80)}</strong>
            {model.explanation !== undefined && <> · {displayText(model.explanation, 300)}</>}
            {model.difference !== undefined && <> · {inWords(model, displayText(baseline ?? 'the baseline', 80))}</>}
          </li>
        ))}
      </ul>
      {groups.length > 0 && <ComparedGroups groups={groups} models={models} measure={measure} />}
      {note !== undefined && (
        <p class="small" dir="auto">
          {displayText(note, 400)}
        </p>
      )}
    </Section>
  );
}

function ComparedGroups(props: {
  readonly groups: readonly ComparedGroup[];
  readonly models: readonly ComparedModel[];
  readonly measure: string;
}): JSX.Element {
  const title = `${props.measure} in parts of the samples`;
  return (
    <>
      <h3>{title}</h3>
      <div class="scroll" tabIndex={0} role="region" aria-label={title}>
        <table class="groups">
          <thead>
            <tr>
              <th scope="col">Group</th>
              {props.models.map(({ name }) => (
                <th key={name} scope="col" class="number" dir="auto">
                  {displayText(name, 40)}
                </th>
              ))}
              <th scope="col" class="number">
                Samples
              </th>
            </tr>
          </thead>
          <tbody>
            {props.groups.slice(0, MAX_GROUPS).map(({ name, explanation, samples, values }) => (
              <tr key={name}>
                <th scope="row" dir="auto">
                  {displayText(name, 80)}
                  {explanation !== undefined && <span class="small">{displayText(explanation, 200)}</span>}
                </th>
                {props.models.map((model) => (
                  <ComparedValue
                    key={model.name}
                    group={Object.hasOwn(values, model.name) ? values[model.name] : undefined}
                  />
                ))}
                <td class="number">{formatCount(samples)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function ComparedValue({ group }: { readonly group: ComparedGroup['values'][string] | undefined }): JSX.Element {
  const interval = formatInterval(group?.low ?? NaN, group?.high ?? NaN, 'percent');
  return (
    <td class="number">
      {group && formatValue(group.value, 'percent')}
      {interval !== 'undefined' && <span class="small">{interval}</span>}
    </td>
  );
}

function inWords({ difference }: ComparedModel, baseline: string): string {
  if (difference === undefined || !Number.isFinite(difference.value)) return `no defined difference to ${baseline}`;
  const size = formatDifference(Math.abs(difference.value), 'percent').replace('+', '');
  const side = difference.value > 0 ? 'above' : difference.value < 0 ? 'below' : 'from';
  const range = formatDifferenceInterval(difference.low, difference.high, 'percent');
  const isClear = difference.low > 0 || difference.high < 0;
  return `${size} ${side} ${baseline} (${range})${isClear ? '' : ': no clear difference'}`;
}
