/** How a number is read: a share of 1, shown in percent, or a plain number. */
export type NumberUnit = 'percent' | 'number';

/** 12345 as `12,345`; the same on every machine, whatever its locale data. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return 'unknown';
  const [whole = '', fraction] = String(Math.abs(count)).split('.');
  const grouped = whole.includes('e') ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${count < 0 ? '−' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** 0.924 as `92.4%` or `0.924`; what is not finite as `undefined`. */
export function formatValue(value: number, unit: NumberUnit): string {
  if (!Number.isFinite(value)) return 'undefined';
  return unit === 'percent' ? `${fixed(value * 100, 1)}%` : fixed(value, Math.abs(value) >= 100 ? 1 : 3);
}

/** `90.7–94.0%`, or `undefined` unless both ends are finite. */
export function formatInterval(low: number, high: number, unit: NumberUnit): string {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return 'undefined';
  const separator = low < 0 ? ' to ' : '–';
  return `${formatValue(low, unit).replace('%', '')}${separator}${formatValue(high, unit)}`;
}

/** A difference with its sign, in percentage points or plain. */
export function formatDifference(value: number, unit: NumberUnit): string {
  if (!Number.isFinite(value)) return 'undefined';
  const sign = value > 0 ? '+' : '';
  return unit === 'percent' ? `${sign}${fixed(value * 100, 1)} points` : `${sign}${fixed(value, 3)}`;
}

/** `+3.1 to +7.1`, in percentage points or plain; `undefined` unless both ends are finite. */
export function formatDifferenceInterval(low: number, high: number, unit: NumberUnit): string {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return 'undefined';
  return [low, high].map((end) => formatDifference(end, unit).replace(' points', '')).join(' to ');
}

/** Fixed decimals with a real minus sign and no negative zero. */
export function fixed(value: number, decimals: number): string {
  const digits = value.toFixed(decimals);
  return Number(digits) === 0 ? digits.replace('-', '') : digits.replace('-', '−');
}
