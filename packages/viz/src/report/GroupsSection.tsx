import { type JSX } from 'preact';
import { displayText } from '../text/displayText.js';
import { formatCount, formatInterval, formatValue, type NumberUnit } from '../text/formatNumber.js';
import { IntervalBar } from './IntervalBar.js';
import { type GroupBreakdown, type GroupRow } from './ReportData.js';
import { Section } from './Section.js';

const MAX_ROWS = 60;

/** The result for parts of the samples. */
export function GroupsSection(props: {
  readonly group: GroupBreakdown;
  readonly level: number | undefined;
}): JSX.Element {
  const { title, explanation, measure = 'Accuracy', unit = 'percent', rows } = props.group;
  const isAnyInterval = rows.some(({ low, high }) => low !== undefined && high !== undefined);
  return (
    <Section
      title={displayText(title, 100)}
      {...(explanation !== undefined && { lead: displayText(explanation, 400) })}
    >
      <div class="scroll" tabIndex={0} role="region" aria-label={displayText(title, 100)}>
        <table class="groups">
          <thead>
            <tr>
              <th scope="col">Group</th>
              <th scope="col" class="number">
                {displayText(measure, 40)}
                {isAnyInterval && (
                  <span class="small">with {Number(((props.level ?? 0.95) * 100).toFixed(2))}% interval</span>
                )}
              </th>
              <th scope="col" class="number">
                Samples
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MAX_ROWS).map((row) => (
              <tr key={row.name}>
                <th scope="row" dir="auto">
                  {displayText(row.name, 80)}
                  {row.explanation !== undefined && <span class="small">{displayText(row.explanation, 200)}</span>}
                </th>
                <td class="number">
                  <strong>{formatValue(row.value, unit)}</strong> <Range row={row} unit={unit} />
                  {unit === 'percent' && <IntervalBar value={row.value} low={row.low} high={row.high} />}
                </td>
                <td class="number">{formatCount(row.samples)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > MAX_ROWS && <p class="small">{formatCount(rows.length - MAX_ROWS)} more are not listed.</p>}
    </Section>
  );
}

function Range({
  row,
  unit,
}: {
  readonly row: Pick<GroupRow, 'low' | 'high'>;
  readonly unit: NumberUnit;
}): JSX.Element | null {
  const interval = formatInterval(row.low ?? NaN, row.high ?? NaN, unit);
  return interval === 'undefined' ? null : <span class="small">{interval}</span>;
}
