// How web vitals are called and written.
import { duration } from './numbers.ts';

const ABOUT: Record<string, [string, string]> = {
  lcp: ['Largest contentful paint', 'When the largest part of the page is there'],
  inp: ['Interaction to next paint', 'How long the page takes to react to a tap'],
  cls: ['Cumulative layout shift', 'How much the page jumps while it loads'],
  fcp: ['First contentful paint', 'When the first part of the page is there'],
  ttfb: ['Time to first byte', 'When the answer of the server begins'],
};
export const RATING_WORDS = { good: 'Good', 'needs-work': 'Needs work', poor: 'Poor' } as const;
const decimals = new Intl.NumberFormat(undefined, { maximumFractionDigits: 3 });

export const vitalName = (metric: string) => ABOUT[metric]?.[0] ?? metric;
export const vitalMeaning = (metric: string) => ABOUT[metric]?.[1] ?? '';

export function vitalValue(metric: string, value: number): string {
  return metric === 'cls' ? decimals.format(value) : duration(value);
}
