import { type JSX } from 'preact';
import { type CropRectangle } from '../overlay/attentionOverlay.js';
import { displayText } from '../text/displayText.js';
import { pictureAddress } from './pictureAddress.js';
import { type ReportPicture } from './ReportSample.js';

/** Pictures up to this size are enlarged without smoothing. */
const TINY = 160;

/** A picture with its caption; the page's script finds it by `role` and draws maps into `crop`. */
export function Picture(props: {
  readonly picture: ReportPicture;
  readonly alt: string;
  readonly caption: string;
  readonly role: 'plain' | 'overlay';
  readonly crop?: CropRectangle | undefined;
}): JSX.Element {
  const { picture, alt, caption, role, crop } = props;
  const { width, height } = picture;
  const address = pictureAddress(picture);
  const isTiny = width <= TINY && height <= TINY;
  const place = crop && [crop.x / width, crop.y / height, crop.width / width, crop.height / height];
  return (
    <figure class="picture">
      <div
        class="frame"
        data-role={role}
        {...(place && { 'data-crop': place.map((share) => share.toFixed(5)).join(' ') })}
      >
        {address === null ? (
          <p class="no-picture">The picture is too large for this page.</p>
        ) : (
          <img
            src={address}
            width={width}
            height={height}
            alt={displayText(picture.alt ?? alt, 300)}
            {...(isTiny && { class: 'tiny' })}
          />
        )}
      </div>
      <figcaption>{caption}</figcaption>
    </figure>
  );
}
