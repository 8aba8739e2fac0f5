import { type JSX } from 'preact';

/** A drawn chart; `svg` must come from our own chart functions, which escape all text. */
export function Chart({ svg, caption }: { readonly svg: string; readonly caption?: string }): JSX.Element {
  return (
    <figure class="chart">
      <div dangerouslySetInnerHTML={{ __html: svg }} />
      {caption !== undefined && <figcaption>{caption}</figcaption>}
    </figure>
  );
}
