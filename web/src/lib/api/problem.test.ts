import { describe, expect, it } from 'vitest';
import { Problem, duration, retryAfterSeconds, sentence, toProblem } from './problem.ts';

describe('a failed call', () => {
  it('is offline when no answer came', () => {
    const problem = toProblem(new TypeError('Failed to fetch'));
    expect(problem.status).toBe(0);
    expect(problem.code).toBe('offline');
    expect(problem.passing).toBe(true);
    expect(sentence(problem)).toContain('no connection');
  });

  it('keeps what the server said about each field', () => {
    const problem = new Problem(422, {
      title: 'Some fields need another value',
      fields: { url: 'Not an address.' },
    });
    expect(toProblem(problem)).toBe(problem);
    expect(sentence(problem)).toBe('Not an address.');
    expect(problem.passing).toBe(false);
  });

  it('prefers the detail when several fields are wrong', () => {
    const problem = new Problem(422, { title: 'T', detail: 'Two fields.', fields: { a: 'x', b: 'y' } });
    expect(sentence(problem)).toBe('Two fields.');
  });

  it('says how long to wait when there were too many', () => {
    expect(sentence(new Problem(429, {}, 12))).toContain('12 seconds');
    expect(sentence(new Problem(429, {}, 600))).toContain('10 minutes');
    expect(sentence(new Problem(429))).toContain('in a moment');
  });

  it('gives the reference of a fault on our side and never its insides', () => {
    const text = sentence(new Problem(500, { detail: 'KeyError: x', request_id: 'r-1' }));
    expect(text).toContain('r-1');
    expect(text).not.toContain('KeyError');
  });
});

describe('Retry-After', () => {
  it('is read as seconds or as a date', () => {
    const now = Date.parse('2026-11-22T12:00:00Z');
    expect(retryAfterSeconds('5')).toBe(5);
    expect(retryAfterSeconds('0.2')).toBe(1);
    expect(retryAfterSeconds('Sun, 22 Nov 2026 12:00:30 GMT', now)).toBe(30);
    expect(retryAfterSeconds('Sun, 22 Nov 2026 11:00:00 GMT', now)).toBe(0);
    expect(retryAfterSeconds('soon')).toBeNull();
    expect(retryAfterSeconds(null)).toBeNull();
  });
});

it('durations read as people say them', () => {
  expect(duration(1)).toBe('1 second');
  expect(duration(89)).toBe('89 seconds');
  expect(duration(3600)).toBe('60 minutes');
  expect(duration(7200)).toBe('2 hours');
});
