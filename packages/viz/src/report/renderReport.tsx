import { render } from 'preact-render-to-string';
import { displayText } from '../text/displayText.js';
import { ClassesSection } from './ClassesSection.js';
import { ComparisonSection } from './ComparisonSection.js';
import { ConfusionSection } from './ConfusionSection.js';
import { DataSection } from './DataSection.js';
import { GroupsSection } from './GroupsSection.js';
import { KeyNumbersSection } from './KeyNumbersSection.js';
import { type ReportData } from './ReportData.js';
import { reportScript, reportScriptDigest } from './reportScript.js';
import { reportStyle } from './reportStyle.js';
import { RunSection } from './RunSection.js';
import { SamplesSection } from './SamplesSection.js';
import { TrainingSection } from './TrainingSection.js';
import { verdictSentence } from './verdictSentence.js';

/**
 * Renders a result as one HTML page that needs nothing else: no network, no server, no JavaScript.
 *
 * Everything in `data` is shown as text. A content security policy makes anything else inert, too: pictures only from `data:`
 * addresses, and no script but the page's own, which switches pictures by pointer and keyboard. The size is bounded: long
 * texts, tables and histories are cut or thinned, and the page says so.
 *
 * @returns a document in UTF-8, the same for the same data
 * @throws `TypeError` for a picture that is neither PNG, JPEG nor a `data:` address of one
 * @throws `RangeError` for a confusion matrix that is not square, or negative counts or weights
 *
 * @example
 * renderReport({ title: 'reviews', evaluation: { samples: 1000, metrics: [{ name: 'accuracy', value: 0.924 }] } });
 */
export function renderReport(data: ReportData): string {
  const title = displayText(data.title, 200);
  const policy =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; " +
    `script-src 'sha256-${reportScriptDigest}'; base-uri 'none'; form-action 'none'`;
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>{title}</title>
        <style dangerouslySetInnerHTML={{ __html: reportStyle }} />
      </head>
      <body>
        <header class="page-head">
          <p class="overline">Report</p>
          <h1 dir="auto">{title}</h1>
          <p class="verdict" dir="auto">
            {verdictSentence(data)}
          </p>
          {data.about !== undefined && (
            <p class="about" dir="auto">
              {displayText(data.about, 1000)}
            </p>
          )}
        </header>
        <main>
          {data.evaluation && <KeyNumbersSection evaluation={data.evaluation} />}
          {data.comparison && <ComparisonSection comparison={data.comparison} evaluation={data.evaluation} />}
          {data.groups?.map((group) => (
            <GroupsSection key={group.title} group={group} level={data.evaluation?.level} />
          ))}
          {data.confusion && <ConfusionSection confusion={data.confusion} />}
          {data.classes && <ClassesSection classes={data.classes} />}
          {data.samples && <SamplesSection samples={data.samples} />}
          {data.training && <TrainingSection training={data.training} />}
          {data.data && <DataSection data={data.data} />}
          {data.run && <RunSection groups={data.run} />}
        </main>
        <script dangerouslySetInnerHTML={{ __html: reportScript }} />
      </body>
    </html>
  );
  return `<!doctype html>\n${render(page)}\n`;
}
