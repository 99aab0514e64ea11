export function compact(value: number, locale?: string): string {
  if (value < 10_000) return new Intl.NumberFormat(locale).format(value);
  return new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

export function full(value: number, locale?: string): string {
  return new Intl.NumberFormat(locale).format(value);
}

/** Change against the period before, as a share; null when there was nothing to compare with. */
export function change(now: number, before: number): number | null {
  return before === 0 ? null : (now - before) / before;
}

export function changeText(share: number | null, locale?: string): string {
  if (share === null) return '';
  const sign = share > 0 ? '+' : share < 0 ? '−' : '';
  const size = Math.abs(share);
  return `${sign}${new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: size < 0.1 ? 1 : 0 }).format(size)}`;
}

export function percent(part: number, whole: number, locale?: string): string {
  if (whole === 0) return '–';
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(part / whole);
}

/** A time in milliseconds as people say it: `850 ms`, `4.2 s`, `3 min`. */
export function duration(ms: number, locale?: string): string {
  const [value, unit, digits] =
    ms < 1000
      ? ([ms, 'millisecond', 0] as const)
      : ms < 60_000
        ? ([ms / 1000, 'second', 1] as const)
        : ([ms / 60_000, 'minute', 0] as const);
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  }).format(value);
}
