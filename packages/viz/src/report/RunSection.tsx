import { type JSX } from 'preact';
import { displayText } from '../text/displayText.js';
import { type FactGroup } from './ReportData.js';
import { Section } from './Section.js';

const MAX_GROUPS = 30;
const MAX_FACTS = 300;

/** How the run was made, folded away. */
export function RunSection({ groups }: { readonly groups: readonly FactGroup[] }): JSX.Element {
  return (
    <Section title="How this run was made" lead="What one needs to know to make it again.">
      {groups.slice(0, MAX_GROUPS).map(({ title, facts }) => {
        const isSourced = facts.some(({ source }) => source !== undefined);
        return (
          <details key={title}>
            <summary dir="auto">
              {displayText(title, 100)} <span class="muted">({facts.length})</span>
            </summary>
            <div class="scroll" tabIndex={0} role="region" aria-label={displayText(title, 100)}>
              <table class="facts">
                <thead>
                  <tr>
                    <th scope="col">Name</th>
                    <th scope="col">Value</th>
                    {isSourced && <th scope="col">From</th>}
                  </tr>
                </thead>
                <tbody>
                  {facts.slice(0, MAX_FACTS).map(({ name, value, source }) => (
                    <tr key={name}>
                      <th scope="row" dir="auto">
                        {displayText(name, 100)}
                      </th>
                      <td dir="auto">{displayText(value === null ? 'none' : String(value), 1000)}</td>
                      {isSourced && <td class="muted">{displayText(source ?? '', 100)}</td>}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {facts.length > MAX_FACTS && <p class="small">{facts.length - MAX_FACTS} more are not listed.</p>}
          </details>
        );
      })}
    </Section>
  );
}
