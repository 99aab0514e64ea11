import { expect, it } from 'vitest';
import { addresses, brief, complete, looksLikeAddress } from './paste.ts';

it('a pasted text gives each address in it once', () => {
  expect(addresses('https://github.com/ann\nann.dev, ann@ann.dev <https://ann.dev>')).toEqual([
    'https://github.com/ann',
    'https://ann.dev',
    'mailto:ann@ann.dev',
  ]);
  expect(addresses('just some words')).toEqual([]);
});

it('knows an address without its scheme', () => {
  expect(looksLikeAddress('mastodon.social/@ann')).toBe(true);
  expect(looksLikeAddress('ann.dev')).toBe(true);
  expect(looksLikeAddress('localhost')).toBe(false);
  expect(looksLikeAddress('e.g')).toBe(false);
});

it('completes what people leave out and leaves the rest for the server to judge', () => {
  expect(complete(' ann.dev/talks ')).toBe('https://ann.dev/talks');
  expect(complete('ann.dev:8443/x')).toBe('https://ann.dev:8443/x');
  expect(complete('git@github.com:ann/kite.git')).toBe('https://github.com/ann/kite');
  expect(complete('ann@ann.dev')).toBe('mailto:ann@ann.dev');
  expect(complete('javascript:alert(1)')).toBe('javascript:alert(1)');
  expect(complete('')).toBe('');
});

it('shortens an address the way people read it', () => {
  expect(brief('https://www.github.com/ann/')).toBe('github.com/ann');
  expect(brief('mailto:ann@ann.dev')).toBe('ann@ann.dev');
});
