/** `DE` for 276, the number of ISO 3166-1: browsers know this from CLDR. Undefined when there is none. */
export function regionCode(number: string | number | undefined): string | undefined {
  if (number === undefined) return undefined;
  const region = new Intl.Locale(`und-${String(number).padStart(3, '0')}`).region;
  return region && /^[A-Z]{2}$/.test(region) ? region : undefined;
}

/** The ring of a country that crosses the 180th meridian, drawn on over it instead of back across the whole map. */
export function unwrapped(ring: number[][]): number[][] {
  const crosses = ring.some(
    (point, index) => Math.abs((point[0] ?? 0) - (ring[index - 1]?.[0] ?? point[0] ?? 0)) > 180,
  );
  if (!crosses) return ring;
  return ring.map(([x = 0, y = 0]) => [x < 0 ? x + 360 : x, y]);
}
