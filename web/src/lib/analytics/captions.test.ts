import { expect, test } from 'vitest';
import { about, filterWords, plainAddress } from './captions.ts';

test('a caption tells the days and every filter', () => {
  const words = filterWords({ device: 'phone', referrer: '', link: 'x' }, true, 'Blog');
  expect(words).toEqual(['Device Phone', 'Source Direct, or not told', 'Link Blog', 'bots only']);
  expect(about({ from: '2026-11-01', to: '2026-11-01' }, ['Device Phone'])).toMatch(/2026 · Device Phone$/);
  expect(about({ from: '2026-11-01', to: '2026-11-02' }, [])).toContain(' to ');
  expect(plainAddress('https://links.example.org/ann')).toBe('links.example.org/ann');
});
