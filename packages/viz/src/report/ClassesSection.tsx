import { type JSX } from 'preact';
import { displayText } from '../text/displayText.js';
import { formatCount, formatValue } from '../text/formatNumber.js';
import { type ClassScore } from './ReportData.js';
import { Section } from './Section.js';

const MAX_ROWS = 100;

/** Scores of each class. */
export function ClassesSection({ classes }: { readonly classes: readonly ClassScore[] }): JSX.Element {
  // With too many to list, the ones a reader looks for are the worst.
  const isCut = classes.length > MAX_ROWS;
  const rank = ({ f1 }: ClassScore): number => (Number.isFinite(f1) ? f1 : -1);
  const listed = isCut ? [...classes].sort((a, b) => rank(a) - rank(b)).slice(0, MAX_ROWS) : classes;
  return (
    <Section
      title="Each label by itself"
      lead={
        <>
          Precision: of the samples given this label, the share that truly has it. Recall: of the samples that truly
          have it, the share that was found. F1 is both in one number.
          {isCut && ` The ${MAX_ROWS} labels with the lowest F1 of ${formatCount(classes.length)} are listed.`}
        </>
      }
    >
      <div class="scroll" tabIndex={0} role="region" aria-label="Scores of each label">
        <table>
          <thead>
            <tr>
              <th scope="col">Label</th>
              {['Precision', 'Recall', 'F1', 'Samples'].map((name) => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {listed.map(({ label, precision, recall, f1, samples }) => (
              <tr key={label}>
                <th scope="row" dir="auto">
                  {displayText(label, 80)}
                </th>
                {[precision, recall, f1].map((value, index) => (
                  <td key={index} class="number">
                    {formatValue(value, 'percent')}
                  </td>
                ))}
                <td class="number">{formatCount(samples)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
