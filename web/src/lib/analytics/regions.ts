/** `DE` for 276, the number of ISO 3166-1: browsers know this from CLDR. Undefined when there is none. */
export function regionCode(number: string | number | undefined): string | undefined {
  if (number === undefined) return undefined;
  const region = new Intl.Locale(`und-${String(number).padStart(3, '0')}`).region;
  return region && /^[A-Z]{2}$/.test(region) ? region : undefined;
}
