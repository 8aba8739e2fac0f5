import { type JSX } from 'preact';

/** Pixels: little more than a phone has, so that letters stay readable there; the page enlarges charts a little. */
export const CHART_WIDTH = 400;

/** A page needs none, and without it no address at all is left in the page. */
const NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"';

/** A drawn chart; `svg` must come from our own chart functions, which escape all text. */
export function Chart({ svg, caption }: { readonly svg: string; readonly caption?: string }): JSX.Element {
  return (
    <figure class="chart">
      <div dangerouslySetInnerHTML={{ __html: svg.replace(NAMESPACE, '') }} />
      {caption !== undefined && <figcaption>{caption}</figcaption>}
    </figure>
  );
}
