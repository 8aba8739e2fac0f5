import { type JSX } from 'preact';
import { colourMapBytes } from '../overlay/colourMapBytes.js';
import { displayText } from '../text/displayText.js';
import { formatCount } from '../text/formatNumber.js';
import { type ReportSamples } from './ReportData.js';
import { SampleCard } from './SampleCard.js';
import { Section } from './Section.js';

const MAX_SAMPLES = 100;
const STOPS = 9;

/** Single predictions, with what the model looked at and how to read it. */
export function SamplesSection({ samples }: { readonly samples: ReportSamples }): JSX.Element {
  const { items, selection, note, wordWeightMeaning, colourMap = 'cividis' } = samples;
  const colours = colourMapBytes(colourMap);
  const stops = Array.from({ length: STOPS }, (_, i) => {
    const at = Math.round((i * 255) / (STOPS - 1)) * 3;
    return `rgb(${colours.subarray(at, at + 3).join(' ')})`;
  });
  const isAnyOverlay = items.some(({ overlay }) => overlay !== undefined);
  const areWordsShaded = items.some(({ words }) => words?.some(({ weight }) => weight > 0));
  const isAnyReliance = items.some(({ imageReliance }) => imageReliance !== undefined);
  const isAnyWordMap = items.some(({ words }) => words?.some(({ attention }) => attention !== undefined));
  return (
    <Section title="Single predictions" {...(selection !== undefined && { lead: displayText(selection, 300) })}>
      {note !== undefined && (
        <p class="note" dir="auto">
          {displayText(note, 400)}
        </p>
      )}
      <div class="reading" hidden={!isAnyOverlay && !areWordsShaded && !isAnyReliance}>
        <h3>How to read these pictures</h3>
        <ul>
          {isAnyOverlay && (
            <li>
              Attention over the picture, from none{' '}
              <span
                class="scale"
                role="img"
                aria-label="dark to bright"
                style={`background:linear-gradient(to right,${stops.join(',')})`}
              />{' '}
              to the most in this picture. Grey and hatched: cut off before the model saw it.
            </li>
          )}
          {areWordsShaded && (
            <li>
              Words: the stronger the shade, the larger the weight.{' '}
              {displayText(
                wordWeightMeaning ?? 'The weight is the attention of the word, relative to the largest of the text.',
                400,
              )}
            </li>
          )}
          {(isAnyOverlay || areWordsShaded) && (
            <li>
              <strong>Attention is not proof.</strong> It shows where the model looked, not that the answer came from
              there; a bright patch may carry what the whole picture looks like.
            </li>
          )}
          {isAnyReliance && (
            <li>
              Whether the picture mattered is measured: <em>image reliance</em> says how far the prediction moves, in
              logits, when the picture is replaced by another one. 0 means that it made no difference.
            </li>
          )}
          {isAnyWordMap && (
            <li class="with-script">
              Point at a word, or move along the words with the arrow keys, to see where that word looked. Point at the
              right picture, or press Space on it, to see it without colours.
            </li>
          )}
        </ul>
      </div>
      <div class="samples" data-stops={stops.join(';')}>
        {items.slice(0, MAX_SAMPLES).map((sample, index) => (
          <SampleCard key={sample.id} sample={sample} number={index + 1} />
        ))}
      </div>
      {items.length > MAX_SAMPLES && (
        <p class="small">{formatCount(items.length - MAX_SAMPLES)} more samples are not shown.</p>
      )}
    </Section>
  );
}
