import { expect, test } from 'vitest';
import { sentences, type Services } from './sentences.ts';

const now = new Date('2026-11-22T15:00:00');
const well = { state: 'well', since: '2026-11-22T08:00:00', error: '' } as const;
const away = {
  state: 'resting',
  since: '2026-11-22T14:06:00',
  error: 'It does not answer in time.',
} as const;

function said(services: Services): string[] {
  return sentences(services, now, 'en-GB');
}

test('nothing is said while all is well, or unknown', () => {
  expect(said({})).toEqual([]);
  expect(said({ postgresql: well, github: well })).toEqual([]);
});

test('from when the numbers are', () => {
  expect(said({ github: { ...away, answered_at: '2026-11-22T14:05:10' } })).toEqual([
    'GitHub is not answering; numbers are from 14:05.',
  ]);
  expect(said({ github: { ...away, answered_at: '2026-11-20T14:05:10' } })).toEqual([
    'GitHub is not answering; numbers are from 20 Nov, 14:05.',
  ]);
  expect(said({ github: away })).toEqual(['GitHub is not answering; numbers will come.']);
});

test('what is being tried again is still away, and what hurts most comes first', () => {
  const told = said({ smtp: away, postgresql: { ...away, state: 'trying' } });
  expect(told).toHaveLength(2);
  expect(told[0]).toContain('database');
});
