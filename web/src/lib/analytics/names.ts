import type { BreakdownRow } from '#lib/api/types.ts';
import type { Dimension } from './filters.ts';

type Named = Pick<BreakdownRow, 'value' | 'label'>;

const regions = new Intl.DisplayNames(undefined, { type: 'region' });
const languages = new Intl.DisplayNames(undefined, { type: 'language' });

export function countryName({ value, label }: Named): string {
  if (!value || !/^[A-Z]{2}$/.test(value)) return label || value || 'Unknown';
  try {
    return regions.of(value) ?? value;
  } catch {
    return value;
  }
}

export function languageName({ value, label }: Named): string {
  if (!value) return label || 'Unknown';
  try {
    return languages.of(value) ?? value;
  } catch {
    return value;
  }
}

export function referrerName({ value, label }: Named): string {
  return label || value || 'Direct, or not told';
}

export function deviceName({ value, label }: Named): string {
  const text = label || value;
  return text ? text[0]?.toUpperCase() + text.slice(1) : 'Unknown';
}

export function plainName({ value, label }: Named): string {
  return label || value || 'Unknown';
}

const noneName = ({ value, label }: Named) => label || value || 'None';

/** How a value of each dimension is called. */
export const valueName: Record<Dimension, (row: Named) => string> = {
  country: countryName,
  region: plainName,
  city: plainName,
  device: deviceName,
  browser: plainName,
  os: plainName,
  language: languageName,
  referrer: referrerName,
  utm_source: noneName,
  utm_medium: noneName,
  utm_campaign: noneName,
  link: ({ label }) => label || 'A link',
};
