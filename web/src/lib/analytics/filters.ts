// What the numbers are narrowed down to. It lives in the address of the page: a link to a view is the view.

export const DIMENSIONS = [
  'country',
  'region',
  'city',
  'device',
  'browser',
  'os',
  'language',
  'referrer',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'link',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];
/** An empty value: those of whom it is not known. */
export type Filters = Partial<Record<Dimension, string>>;

export const INTERVALS = ['hour', 'day', 'week', 'month'] as const;
export type Interval = (typeof INTERVALS)[number];

export const NAMES: Record<Dimension, string> = {
  country: 'Country',
  region: 'Region',
  city: 'City',
  device: 'Device',
  browser: 'Browser',
  os: 'System',
  language: 'Language',
  referrer: 'Source',
  utm_source: 'UTM source',
  utm_medium: 'UTM medium',
  utm_campaign: 'Campaign',
  link: 'Link',
};

/** The query of an address, to be read only. */
type Query = Pick<URLSearchParams, 'get' | 'toString'>;

export function filtersOf(params: Query): Filters {
  const found: Filters = {};
  for (const dimension of DIMENSIONS) {
    const value = params.get(dimension);
    if (value !== null && value.length <= 200) found[dimension] = value;
  }
  return found;
}

/** The address's query with these changes; null takes a name out. */
export function changed(params: Query, change: Record<string, string | null>): string {
  const next = new URLSearchParams(params.toString());
  for (const [name, value] of Object.entries(change)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  return next.toString();
}

/** The query with another value to filter by; null: by none of this dimension. */
export function picked(params: Query, dimension: Dimension, value: string | null): string {
  const change: Record<string, string | null> = { [dimension]: value };
  // A region of another country, a city of another region: nobody is there.
  if (dimension === 'country') change.region = change.city = null;
  if (dimension === 'region') change.city = null;
  return changed(params, change);
}

/** The same view without any filter. */
export function cleared(params: Query): string {
  return changed(params, Object.fromEntries([...DIMENSIONS, 'bots'].map((name) => [name, null])));
}

/** Steps in time that say something about so many days, and that the server answers. */
export function possible(days: number, narrowed: boolean): Interval[] {
  return INTERVALS.filter(
    (interval) =>
      (interval === 'hour' && days <= (narrowed ? 7 : 31)) ||
      interval === 'day' ||
      (interval === 'week' && days > 7) ||
      (interval === 'month' && days > 31),
  );
}

/** The step asked for if it is possible; else hours of one day, weeks of very long ranges, and days. */
export function intervalOf(params: Query, days: number, narrowed: boolean): Interval {
  const all = possible(days, narrowed);
  const asked = all.find((interval) => interval === params.get('interval'));
  return asked ?? (days === 1 ? 'hour' : days > 400 ? 'week' : 'day');
}
