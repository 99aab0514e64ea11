import { expect, test } from 'vitest';
import { choices, every, standing, week } from './state.ts';

test('a state says until when GitHub is waited for, and that somebody else has to act when it does not', () => {
  const until = '2026-11-22T10:30:00Z';
  expect(standing({ state: 'waiting', waiting_until: until }, 'en').text).toMatch(
    /^waiting for GitHub until \d+:\d+/,
  );
  expect(standing({ state: 'waiting', waiting_until: null }).text).toBe('waiting for GitHub');
  expect(standing({ state: 'not-found', waiting_until: null }).tone).toBe('bad');
});

test('intervals are said in the largest unit that fits', () => {
  expect([15, 60, 90, 360, 1440, 10080].map((minutes) => every(minutes, 'en'))).toEqual([
    'every 15 minutes',
    'every hour',
    'every 90 minutes',
    'every 6 hours',
    'every day',
    'every 7 days',
  ]);
});

test('what the operator does not allow cannot be chosen, what is set can', () => {
  expect(choices(60, 90)).toEqual([60, 90, 180, 360, 720, 1440, 4320, 10080]);
});

test('stars of a week are told with their sign, and no change is not told', () => {
  expect([12, -3, 0, null].map(week)).toEqual(['+12 this week', '−3 this week', '', '']);
});
