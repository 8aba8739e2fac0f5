import { type JSX } from 'preact';
import { displayText } from '../text/displayText.js';
import { formatCount } from '../text/formatNumber.js';
import { type DataAccount, type NamedCount, type SkippedRow } from './ReportData.js';
import { Section } from './Section.js';

const MAX_ROWS = 40;

/** What became of each row. */
export function DataSection({ data }: { readonly data: DataAccount }): JSX.Element {
  const { rowsRead, used, skipped = [], skippedRows = [], splits = [], duplicates, labels = [], warnings = [] } = data;
  const left = sum(skipped);
  const adrift = rowsRead - used - left;
  const inSplits = sum(splits);
  return (
    <Section
      title="Data"
      lead={
        <>
          {adrift === 0 && 'Every row is accounted for: '}
          {formatCount(rowsRead)} rows were read
          {data.source !== undefined && (
            <>
              {' '}
              from <code dir="auto">{displayText(data.source, 200)}</code>
            </>
          )}
          , {formatCount(used)} were used and {formatCount(left)} skipped.
        </>
      }
    >
      {adrift !== 0 && (
        <p class="warning">
          These numbers do not add up: {formatCount(Math.abs(adrift))} rows are {adrift > 0 ? 'missing' : 'too many'}.
        </p>
      )}
      {splits.length > 0 && inSplits !== used && (
        <p class="warning">
          The splits hold {formatCount(inSplits)} samples, but {formatCount(used)} were used.
        </p>
      )}
      {warnings.slice(0, MAX_ROWS).map((warning) => (
        <p key={warning} class="warning" dir="auto">
          {displayText(warning, 400)}
        </p>
      ))}
      <div class="columns">
        {skipped.length > 0 && <CountTable title="Rows skipped, by reason" head="Reason" rows={skipped} />}
        {splits.length > 0 && <CountTable title="Splits" head="Split" rows={splits} isDrawn />}
        {labels.length > 0 && <CountTable title="Labels" head="Label" rows={labels} isDrawn />}
        {duplicates !== undefined && duplicates.length > 0 && (
          <CountTable
            title="Found in two splits"
            head="Splits"
            rows={duplicates}
            note="The same text and picture in two splits makes a result look better than it is; 0 is what one wants."
          />
        )}
      </div>
      {skippedRows.length > 0 && <SkippedRows rows={skippedRows} isAll={skippedRows.length >= left} />}
    </Section>
  );
}

function SkippedRows({ rows, isAll }: { readonly rows: readonly SkippedRow[]; readonly isAll: boolean }): JSX.Element {
  const title = `${isAll ? 'The' : 'Some of the'} rows skipped`;
  return (
    <details>
      <summary>
        {title} <span class="muted">({formatCount(Math.min(rows.length, MAX_ROWS))})</span>
      </summary>
      <div class="scroll" tabIndex={0} role="region" aria-label={title}>
        <table class="facts">
          <thead>
            <tr>
              <th scope="col">Row</th>
              <th scope="col">Line</th>
              <th scope="col">Reason</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MAX_ROWS).map(({ name, line, reason }, index) => (
              <tr key={index}>
                <th scope="row" dir="auto">
                  {displayText(name, 80)}
                </th>
                <td>{line === undefined ? '' : formatCount(line)}</td>
                <td dir="auto">{displayText(reason, 200)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function CountTable(props: {
  readonly title: string;
  readonly head: string;
  readonly rows: readonly NamedCount[];
  readonly note?: string;
  /** With a bar in proportion to each count. */
  readonly isDrawn?: boolean;
}): JSX.Element {
  const { title, head, rows, note, isDrawn } = props;
  const largest = rows.reduce((max, { count }) => Math.max(max, count), 1);
  const hidden = rows.length - MAX_ROWS;
  return (
    <div>
      <table class="counts">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <th scope="col" class="number">
              Count
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MAX_ROWS).map(({ name, count }) => (
            <tr key={name}>
              <th scope="row" dir="auto">
                {displayText(name, 80)}
              </th>
              <td class="number">
                {formatCount(count)}
                {isDrawn && (
                  <span class="count-bar" aria-hidden="true" style={`width:${((count / largest) * 100).toFixed(1)}%`} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {hidden > 0 && <p class="small">{formatCount(hidden)} more are not listed.</p>}
      {note !== undefined && <p class="small">{note}</p>}
    </div>
  );
}

function sum(rows: readonly NamedCount[]): number {
  return rows.reduce((total, { count }) => total + count, 0);
}
