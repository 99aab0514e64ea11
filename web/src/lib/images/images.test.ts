import { expect, it } from 'vitest';
import { Problem } from '#lib/api/problem.ts';
import type { Upload } from '#lib/api/types.ts';
import { encodings, smaller } from './compress.ts';
import { picked } from './files.ts';
import { doing, sizes, spoken } from './phases.ts';
import { refusal } from './refusals.ts';
import { bytes, fitted, saved, within } from './sizes.ts';
import { journey, standing, uses } from './states.ts';
import { sources } from './variants.ts';

const file = (name: string, type: string, size = 10) => new File([new Uint8Array(size)], name, { type });

it('says sizes as people know them', () => {
  expect([0, 999, 1000, 211_600, 999_499, 999_500, 5_940_000, 25_000_000].map(bytes)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '212 kB',
    '999 kB',
    '1.0 MB',
    '5.9 MB',
    '25 MB',
  ]);
  expect(saved(6_000_000, 300_000)).toBe(95);
  expect(saved(100, 200)).toBe(0);
});

it('makes the longer side fit and never enlarges', () => {
  expect(fitted({ width: 4032, height: 3024 }, 768)).toEqual({ width: 768, height: 576 });
  expect(fitted({ width: 3024, height: 4032 }, 768)).toEqual({ width: 576, height: 768 });
  expect(fitted({ width: 100, height: 80 }, 768)).toEqual({ width: 100, height: 80 });
  expect(fitted({ width: 20_000, height: 3 }, 100)).toEqual({ width: 100, height: 1 });
});

it('keeps a part inside its image', () => {
  const image = { width: 100, height: 50 };
  expect(within({ x: -3.2, y: 10.4, width: 60.6, height: 80 }, image)).toEqual({
    x: 0,
    y: 10,
    width: 61,
    height: 40,
  });
  expect(within({ x: 200, y: 200, width: 9, height: 9 }, image)).toEqual({
    x: 99,
    y: 49,
    width: 1,
    height: 1,
  });
});

it('sends the original when the result is not smaller, unless it was cropped', () => {
  const [original, made] = [{ size: 100 }, { size: 100 }];
  expect(smaller(original, made, false)).toBe(original);
  expect(smaller(original, made, true)).toBe(made);
  expect(smaller(original, { size: 99 }, false)).toEqual({ size: 99 });
});

it('tries AVIF only where it is written and small, and keeps transparency in the last resort', () => {
  const types = (...asked: Parameters<typeof encodings>) => encodings(...asked).map(({ type }) => type);
  const small = { width: 768, height: 768 };
  expect(types(small, false, true)).toEqual(['image/avif', 'image/webp', 'image/jpeg']);
  expect(types(small, true, false)).toEqual(['image/webp', 'image/png']);
  expect(types({ width: 2560, height: 1920 }, false, true)).toEqual(['image/webp', 'image/jpeg']);
});

it('takes images, also without a type, and says what it leaves out', () => {
  const photo = file('a.jpg', 'image/jpeg');
  const unknown = file('b', '');
  expect(picked([photo, unknown])).toEqual({ taken: [photo, unknown], left: '' });
  expect(picked([photo, file('c.pdf', 'application/pdf')]).left).toBe('“c.pdf” is not an image.');
  expect(picked([file('d.png', 'image/png', 0)])).toEqual({ taken: [], left: '“d.png” is empty.' });
  expect(picked([photo, photo], 1)).toEqual({ taken: [photo], left: 'Only the first image is used here.' });
});

it('tells every refusal in words, also one that came from a proxy', () => {
  expect(refusal(new Problem(413))).toContain('too large');
  expect(refusal(new Problem(415))).toContain('JPEG');
  expect(refusal(new Problem(422))).toContain('broken');
  expect(refusal(new Problem(409))).toContain('room');
  expect(refusal(new Problem(503, {}, 30))).toContain('in 30 seconds');
  expect(refusal(new Problem(429, {}, 12))).toContain('in 12 seconds');
  expect(refusal(new Problem(0))).toContain('no connection');
  expect(refusal(new Problem(422, { detail: 'It has 4,000 million pixels.' }))).toBe(
    'It has 4,000 million pixels.',
  );
});

it('says what happens, and to screen readers only the quarters', () => {
  const sending = {
    phase: 'sending' as const,
    progress: 0.687,
    prepared: { blob: new Blob([new Uint8Array(2000)]), why: '' as const },
    problem: undefined,
    pause: 0,
    file: file('a.jpg', 'image/jpeg', 10_000),
  };
  expect(doing(sending)).toBe('Sending, 68 %');
  expect(spoken(sending)).toBe('Sending, 50 %');
  expect(sizes(sending)).toBe('10 kB → 2 kB, 80 % less');
  expect(doing({ ...sending, pause: 7 })).toContain('in 7 seconds');
  expect(sizes({ ...sending, prepared: { ...sending.prepared, why: 'unable' } })).toContain('could not');
  expect(doing({ ...sending, phase: 'failed', problem: new Problem(413) })).toContain('too large');
});

const upload = {
  id: 'u',
  purpose: 'avatar',
  state: 'stored',
  reason: null,
  file_name: 'me.jpg',
  bytes_received: 212_000,
  bytes_stored: 96_000,
  width: 384,
  height: 384,
  colour: '#445566',
  blur: null,
  created_at: '2026-11-22T09:00:00Z',
  used_as: ['avatar', 'thumbnail:7'],
  variants: [384, 96].flatMap((width) =>
    ['avif', 'webp', 'jpeg'].map((type) => ({
      url: `/a/${width}.${type}`,
      width,
      height: width,
      type: `image/${type}`,
      bytes: 1,
    })),
  ),
} as Upload;

it('gives the variants to browsers, the best type first', () => {
  const given = sources(upload.variants);
  expect(given.others.map(({ type }) => type)).toEqual(['image/avif', 'image/webp']);
  expect(given.others[0]?.srcset).toBe('/a/96.avif 96w, /a/384.avif 384w');
  expect(given.fallback?.url).toBe('/a/384.jpeg');
  expect(given.srcset).toBe('/a/96.jpeg 96w, /a/384.jpeg 384w');
  expect(sources([]).fallback).toBeUndefined();
});

it('tells how an upload stands, its way, and its uses', () => {
  expect(journey(upload, 5_900_000)).toBe('5.9 MB → 212 kB sent → 96 kB stored in 6 files');
  expect(journey({ ...upload, variants: [] }, undefined)).toBe('212 kB sent');
  expect(uses(upload, new Map([['7', 'Blog']]))).toEqual(['Your avatar', 'Picture of “Blog”']);
  const reason = { code: 'image-broken', detail: 'It ends in the middle.' };
  expect(standing({ ...upload, state: 'rejected', reason })).toMatchObject({
    tone: 'bad',
    sentence: 'It ends in the middle.',
  });
});
