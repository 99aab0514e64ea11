import { describe, expect, it } from 'vitest';
import { changed, cleared, filtersOf, intervalOf, possible } from './filters.ts';

const params = (text: string) => new URLSearchParams(text);

describe('filters in the address', () => {
  it('are read back, with what is not known as an empty value', () => {
    expect(filtersOf(params('range=7d&country=DE&referrer=&nonsense=1'))).toEqual({
      country: 'DE',
      referrer: '',
    });
  });

  it('are added and taken away without touching the rest', () => {
    expect(changed(params('range=7d'), { browser: 'Firefox' })).toBe('range=7d&browser=Firefox');
    expect(changed(params('range=7d&browser=Firefox'), { browser: null })).toBe('range=7d');
    expect(changed(params('country=DE'), { country: 'FR', region: null })).toBe('country=FR');
  });

  it('all go at once, and the range stays', () => {
    expect(cleared(params('from=2026-01-01&to=2026-01-31&os=Linux&link=x&bots=1'))).toBe(
      'from=2026-01-01&to=2026-01-31',
    );
  });
});

describe('steps in time', () => {
  it('are those the server answers', () => {
    expect(possible(7, true)).toEqual(['hour', 'day']);
    expect(possible(30, false)).toEqual(['hour', 'day', 'week']);
    expect(possible(30, true)).toEqual(['day', 'week']);
    expect(possible(90, false)).toEqual(['day', 'week', 'month']);
  });

  it('fall back to what suits the range', () => {
    expect(intervalOf(params(''), 1, false)).toBe('hour');
    expect(intervalOf(params('interval=hour'), 90, false)).toBe('day');
    expect(intervalOf(params('interval=month'), 90, false)).toBe('month');
    expect(intervalOf(params('interval=century'), 30, false)).toBe('day');
  });
});
