import { expect, it } from 'vitest';
import { ago } from './times.ts';

it('a time reads as people say it', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  expect(ago('2026-11-22T11:59:30Z', now, 'en')).toBe('just now');
  expect(ago('2026-11-22T09:00:00Z', now, 'en')).toBe('3 hours ago');
  expect(ago('2026-11-21T11:00:00Z', now, 'en')).toBe('yesterday');
  expect(ago('2027-01-25T12:00:00Z', now, 'en')).toBe('in 2 months');
});
