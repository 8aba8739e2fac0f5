import { type ComponentChildren, type JSX } from 'preact';

/** A part of the page with its heading and a sentence that says how to read it. */
export function Section(props: {
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section>
      <h2 dir="auto">{props.title}</h2>
      {props.lead !== undefined && <p class="lead">{props.lead}</p>}
      {props.children}
    </section>
  );
}
