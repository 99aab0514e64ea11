// What a picture, a file or a printed page says it shows.
import { DIMENSIONS, NAMES, type Filters } from './filters.ts';
import { valueName } from './names.ts';
import { dayName, type Range } from './ranges.ts';

/** `Country Germany`, `Source Direct, or not told`: each filter in words. */
export function filterWords(filters: Filters, bots: boolean, linkTitle: string | undefined): string[] {
  const words = DIMENSIONS.flatMap((dimension) => {
    const value = filters[dimension];
    if (value === undefined) return [];
    const label = dimension === 'link' ? (linkTitle ?? null) : null;
    return [`${NAMES[dimension]} ${valueName[dimension]({ value: value || null, label })}`];
  });
  return bots ? [...words, 'bots only'] : words;
}

export function about(range: Range, words: string[]): string {
  const days =
    range.from === range.to
      ? dayName(range.from, 'long')
      : `${dayName(range.from, 'long')} to ${dayName(range.to, 'long')}`;
  return [days, ...words].join(' · ');
}

/** `https://links.example.org/ann` as people say it. */
export function plainAddress(url: string): string {
  return url.replace(/^https?:\/\//, '');
}
