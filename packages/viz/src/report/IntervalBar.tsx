import { type JSX } from 'preact';

/** A tiny bar from 0 to 1 with the interval and the value on it; only for the eye, the figures stand beside it. */
export function IntervalBar(props: {
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}): JSX.Element | null {
  const { value, low = value, high = value } = props;
  if (![value, low, high].every((each) => each >= 0 && each <= 1)) return null;
  const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
  return (
    <span class="interval-bar" aria-hidden="true">
      <span class="filled" style={`width:${percent(value)}`} />
      <span class="range" style={`left:${percent(low)};width:${percent(high - low)}`} />
    </span>
  );
}
