import atlas from 'world-atlas/countries-110m.json';
import { expect, it } from 'vitest';
import { regionCode, unwrapped } from './regions.ts';

it('every numbered country of the map has its code', () => {
  expect([276, '076', '4'].map(regionCode)).toEqual(['DE', 'BR', 'AF']);
  expect(regionCode(undefined)).toBeUndefined();
  const numbered = atlas.objects.countries.geometries.filter((one) => 'id' in one && one.id);
  expect(numbered.length).toBeGreaterThan(170);
  expect(numbered.filter((one) => !regionCode(one.id))).toEqual([]);
});

it('a ring across the 180th meridian stays in one piece', () => {
  const ring = [
    [179, 60],
    [-179, 61],
    [179, 62],
    [179, 60],
  ];
  expect(unwrapped(ring).map(([x]) => x)).toEqual([179, 181, 179, 179]);
  const usual = [
    [-10, 0],
    [10, 0],
    [0, 10],
    [-10, 0],
  ];
  expect(unwrapped(usual)).toBe(usual);
});
