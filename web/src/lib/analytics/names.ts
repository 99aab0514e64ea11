import type { BreakdownRow } from '#lib/api/types.ts';

const regions = new Intl.DisplayNames(undefined, { type: 'region' });

export function countryName({ value, label }: BreakdownRow): string {
  if (!value || !/^[A-Z]{2}$/.test(value)) return label || value || 'Unknown';
  try {
    return regions.of(value) ?? value;
  } catch {
    return value;
  }
}

export function referrerName({ value, label }: BreakdownRow): string {
  return label || value || 'Direct, or not told';
}

export function deviceName({ value, label }: BreakdownRow): string {
  const text = label || value;
  return text ? text[0]?.toUpperCase() + text.slice(1) : 'Unknown';
}
