import { describe, expect, it } from 'vitest';
import { suggestions, tidy } from './handles.ts';
import { back } from './next.ts';
import { strength } from './password.ts';

describe('the password hint', () => {
  it('counts down to the least length', () => {
    expect(strength('').level).toBe(0);
    expect(strength('abcdefg')).toEqual({ level: 1, hint: '3 more to go.' });
    expect(strength('🦊🦊🦊🦊🦊🦊🦊').hint).toBe('3 more to go.');
  });

  it('knows what everyone tries first, repetition and your own name', () => {
    expect(strength('password2026').level).toBe(2);
    expect(strength('aaaaaaaaaaaaaa').level).toBe(2);
    expect(strength('ann-lovelace-1', ['ann-lovelace']).level).toBe(2);
  });

  it('likes long phrases', () => {
    expect(strength('kite lagoon ember trombone').level).toBe(4);
    expect(strength('xkfuwmzpqa').level).toBe(3);
  });
});

describe('handles', () => {
  it('are made of what people type', () => {
    expect(tidy(' @Ann_Lovelace ')).toBe('ann-lovelace');
    expect(tidy('José.García')).toBe('jose-garcia');
    expect(tidy('--a--b')).toBe('a-b');
  });

  it('have others to try, none of them the taken one or too long', () => {
    const names = suggestions('ann');
    expect(names).toContain('ann-dev');
    expect(names).not.toContain('ann');
    for (const name of suggestions('a'.repeat(30))) expect(name.length).toBeLessThanOrEqual(30);
    expect(suggestions('')).toEqual([]);
  });
});

it('after logging in one goes back to our own pages only', () => {
  expect(back('/dashboard/links')).toBe('/dashboard/links');
  expect(back('/dashboard/analytics?range=7d')).toBe('/dashboard/analytics?range=7d');
  expect(back('//evil.example')).toBe('/dashboard');
  expect(back('https://evil.example/dashboard')).toBe('/dashboard');
  expect(back('/dashboard\\@evil')).toBe('/dashboard');
  expect(back(null)).toBe('/dashboard');
});
