import { type JSX } from 'preact';
import { displayText } from '../text/displayText.js';
import { fixed, formatValue } from '../text/formatNumber.js';
import { Picture } from './Picture.js';
import { type ReportSample } from './ReportSample.js';
import { WordsLine } from './WordsLine.js';

/** One prediction: both pictures, the text, and the numbers with their meaning. */
export function SampleCard({
  sample,
  number,
}: {
  readonly sample: ReportSample;
  readonly number: number;
}): JSX.Element {
  const { truth, prediction, probability, image, overlay, attention, imageReliance, words, text } = sample;
  const verdict = truth === null ? 'unknown' : truth === prediction ? 'right' : 'wrong';
  const what = `sample ${number}`;
  return (
    <article class="sample" aria-label={`Sample ${number}`}>
      <header>
        <span class={`badge ${verdict}`}>{badges[verdict]}</span>
        <span class="muted">
          {number} · <bdi>{displayText(sample.id, 60)}</bdi>
          {sample.group !== undefined && (
            <>
              {' '}
              · <bdi>{displayText(sample.group, 60)}</bdi>
            </>
          )}
        </span>
      </header>
      <div class="pictures">
        {image && <Picture picture={image} alt={`The picture of ${what}`} caption="The picture" role="plain" />}
        {overlay && (
          <Picture
            picture={overlay}
            alt={`The picture of ${what} with attention drawn over it`}
            caption="What the model looked at"
            role="overlay"
            crop={attention?.crop}
          />
        )}
        {!image && !overlay && (
          <p class="no-picture">
            No picture{sample.imageNote === undefined ? '' : `: ${displayText(sample.imageNote, 100)}`}
          </p>
        )}
      </div>
      <div class="facts-of-sample">
        <dl>
          <div>
            <dt>Predicted</dt>
            <dd>
              <strong dir="auto">{displayText(prediction, 80)}</strong>{' '}
              <span class="muted">with probability {formatValue(probability, 'percent')}</span>
            </dd>
          </div>
          <div>
            <dt>Truth</dt>
            <dd>
              {truth === null ? (
                <span class="muted">unknown</span>
              ) : (
                <strong dir="auto">{displayText(truth, 80)}</strong>
              )}
            </dd>
          </div>
          {imageReliance !== undefined && (
            <div>
              <dt>Image reliance</dt>
              <dd>
                {Number.isFinite(imageReliance) ? (
                  <>
                    <strong>{fixed(imageReliance, 2)} logits</strong>{' '}
                    <span class="muted">with another picture {inOdds(imageReliance)}</span>
                  </>
                ) : (
                  'undefined'
                )}
              </dd>
            </div>
          )}
          {attention && (
            <div>
              <dt>Attention weight</dt>
              <dd>
                <strong>{formatValue(attention.topWeight, 'percent')}</strong>{' '}
                <span class="muted">
                  on the brightest of {attention.patches} patches; spread evenly it would be{' '}
                  {formatValue(1 / attention.patches, 'percent')}
                  {attention.nullWeight !== undefined && (
                    <>; {formatValue(attention.nullWeight, 'percent')} on no patch</>
                  )}
                </span>
              </dd>
            </div>
          )}
        </dl>
        {words ? (
          <WordsLine words={words} />
        ) : (
          text !== undefined && (
            <p class="text" dir="auto">
              {displayText(text, 2000)}
            </p>
          )
        )}
        {sample.note !== undefined && (
          <p class="small" dir="auto">
            {displayText(sample.note, 400)}
          </p>
        )}
      </div>
    </article>
  );
}

const badges = { right: '✓ Right', wrong: '✗ Wrong', unknown: 'Truth unknown' } as const;

/** A logit is a factor of e in the odds: said so, since few readers think in logits. */
function inOdds(logits: number): string {
  const factor = Math.exp(Math.abs(logits));
  if (factor < 1.05) return 'the odds stay as they are';
  return `the odds change by a factor of ${factor > 1000 ? 'more than 1,000' : fixed(factor, factor < 10 ? 1 : 0)}`;
}
