import atlas from 'world-atlas/countries-110m.json';
import { expect, it } from 'vitest';
import { regionCode } from './regions.ts';

it('every numbered country of the map has its code', () => {
  expect([276, '076', '4'].map(regionCode)).toEqual(['DE', 'BR', 'AF']);
  expect(regionCode(undefined)).toBeUndefined();
  const numbered = atlas.objects.countries.geometries.filter((one) => 'id' in one && one.id);
  expect(numbered.length).toBeGreaterThan(170);
  expect(numbered.filter((one) => !regionCode(one.id))).toEqual([]);
});
