import { describe, expect, it } from 'vitest';
import { change, changeText, compact, percent } from './numbers.ts';
import { addDays, dayName, daysIn, lastDays, rangeOf, stepName, stretch, today } from './ranges.ts';

const params = (text: string) => new URLSearchParams(text);

describe('days', () => {
  it('today is the day where the owner lives', () => {
    const now = new Date('2026-11-22T23:30:00Z');
    expect(today('UTC', now)).toBe('2026-11-22');
    expect(today('Europe/Berlin', now)).toBe('2026-11-23');
    expect(today('Asia/Kolkata', new Date('2026-11-22T18:29:00Z'))).toBe('2026-11-22');
    expect(today('Asia/Kolkata', new Date('2026-11-22T18:30:00Z'))).toBe('2026-11-23');
  });

  it('count across the change of clocks and leap days', () => {
    expect(addDays('2026-03-28', 2)).toBe('2026-03-30');
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(daysIn({ from: '2026-10-24', to: '2026-10-26' })).toBe(3);
    expect(lastDays(7, '2026-11-22')).toEqual({ from: '2026-11-16', to: '2026-11-22' });
  });

  it('read as people write them', () => {
    expect(dayName('2026-11-08', 'short', 'en-GB')).toBe('8 Nov');
    expect(dayName('2026-11-08', 'long', 'en-GB')).toContain('Sun');
  });
});

describe('the range in the address', () => {
  it('is the last 30 days when nothing is said', () => {
    expect(rangeOf(params(''), '2026-11-22')).toEqual({
      from: '2026-10-24',
      to: '2026-11-22',
      preset: '30d',
    });
  });

  it('is a preset or two days', () => {
    expect(rangeOf(params('range=7d'), '2026-11-22').from).toBe('2026-11-16');
    expect(rangeOf(params('from=2026-01-01&to=2026-01-31'), '2026-11-22')).toEqual({
      from: '2026-01-01',
      to: '2026-01-31',
      preset: null,
    });
  });

  it('forgives what makes no sense', () => {
    for (const text of [
      'from=2026-02-31&to=2026-03-01',
      'from=x&to=2026-03-01',
      'from=2026-03-02&to=2026-03-01',
      'from=2020-01-01&to=2026-01-01',
      'range=9y',
    ])
      expect(rangeOf(params(text), '2026-11-22').preset).toBe('30d');
  });
});

describe('steps of a time series', () => {
  it('are named by the owner\u2019s clock', () => {
    expect(stepName('2026-11-02T14:00:00+05:30', 'hour', 'short', 'en-GB')).toBe('14:00');
    expect(stepName('2026-11-01', 'month', 'long', 'en-GB')).toBe('November 2026');
    expect(stepName('2026-11-02', 'week', 'long', 'en-GB')).toContain('Week of Mon');
  });

  it('chosen in the chart become the days they cover, inside the range', () => {
    const range = { from: '2026-10-07', to: '2026-11-22' };
    expect(stretch('2026-10-05', '2026-10-12', 'week', range)).toEqual({
      from: '2026-10-07',
      to: '2026-10-18',
    });
    expect(stretch('2026-10-01', '2026-11-01', 'month', range)).toEqual(range);
    expect(stretch('2026-11-02T10:00:00+01:00', '2026-11-03T09:00:00+01:00', 'hour', range)).toEqual({
      from: '2026-11-02',
      to: '2026-11-03',
    });
  });
});

describe('numbers', () => {
  it('are short when they are large', () => {
    expect(compact(9999, 'en')).toBe('9,999');
    expect(compact(12_345, 'en')).toBe('12.3K');
  });

  it('compare with the period before, unless there was none', () => {
    expect(changeText(change(150, 100), 'en')).toBe('+50%');
    expect(changeText(change(95, 100), 'en')).toBe('−5%');
    expect(changeText(change(100, 100), 'en')).toBe('0%');
    expect(changeText(change(5, 0))).toBe('');
  });

  it('are shares of something', () => {
    expect(percent(1, 3, 'en')).toBe('33.3%');
    expect(percent(1, 0, 'en')).toBe('–');
  });
});
