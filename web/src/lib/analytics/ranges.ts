// Ranges of days, inclusive at both ends, in the profile's time zone. Days are `2026-11-22`.

export interface Range {
  from: string;
  to: string;
}

export const PRESETS = [
  { id: '7d', label: '7 days', days: 7 },
  { id: '30d', label: '30 days', days: 30 },
  { id: '90d', label: '90 days', days: 90 },
  { id: '12m', label: '12 months', days: 365 },
] as const;
export type Preset = (typeof PRESETS)[number]['id'];
export const MOST_DAYS = 800;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function today(timeZone: string, now = new Date()): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
    .formatToParts(now)
    .reduce<Record<string, string>>((all, part) => ({ ...all, [part.type]: part.value }), {});
  return `${parts.year}-${parts.month}-${parts.day}`;
}

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

export function daysIn({ from, to }: Range): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000) + 1;
}

/** The last so many days, today included. */
export function lastDays(count: number, last: string): Range {
  return { from: addDays(last, 1 - count), to: last };
}

/** What the address of the page asks for; without anything sensible, the last 30 days. */
export function rangeOf(
  params: { get(name: string): string | null },
  last: string,
): Range & { preset: Preset | null } {
  const from = params.get('from') ?? '';
  const to = params.get('to') ?? '';
  if (isDay(from) && isDay(to) && from <= to && daysIn({ from, to }) <= MOST_DAYS)
    return { from, to, preset: null };
  const preset = PRESETS.find((candidate) => candidate.id === params.get('range')) ?? PRESETS[1];
  return { ...lastDays(preset.days, last), preset: preset.id };
}

export function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && addDays(text, 0) === text;
}

/** `8 Nov 2026` in the reader's language; a day has no time zone. */
export function dayName(day: string, style: 'short' | 'long' = 'short', locale?: string): string {
  const options: Intl.DateTimeFormatOptions =
    style === 'short'
      ? { day: 'numeric', month: 'short' }
      : { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' };
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

/** A step of a time series: a day, the Monday of a week, the 1st of a month, or an hour with its offset. */
export function stepName(
  at: string,
  interval: 'hour' | 'day' | 'week' | 'month',
  style: 'short' | 'long' = 'short',
  locale?: string,
): string {
  const day = at.slice(0, 10);
  if (interval === 'hour') {
    // The owner's clock, as the server says it: not the reader's.
    const hour = at.slice(11, 16);
    return style === 'long' || hour === '00:00' ? `${dayName(day, style, locale)}, ${hour}` : hour;
  }
  if (interval === 'month')
    return new Intl.DateTimeFormat(locale, {
      month: style === 'long' ? 'long' : 'short',
      year: 'numeric',
      timeZone: 'UTC',
    }).format(new Date(`${day}T00:00:00Z`));
  if (interval === 'week' && style === 'long') return `Week of ${dayName(day, 'long', locale)}`;
  return dayName(day, style, locale);
}

/** The days a stretch of steps covers, within the range it was taken from. */
export function stretch(
  first: string,
  last: string,
  interval: 'hour' | 'day' | 'week' | 'month',
  within: Range,
): Range {
  let to = last.slice(0, 10);
  if (interval === 'week') to = addDays(to, 6);
  if (interval === 'month') {
    const next = new Date(`${to}T00:00:00Z`);
    next.setUTCMonth(next.getUTCMonth() + 1);
    to = addDays(next.toISOString().slice(0, 10), -1);
  }
  const from = first.slice(0, 10);
  return { from: from < within.from ? within.from : from, to: to > within.to ? within.to : to };
}
