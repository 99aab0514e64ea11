/** Time zones with what they are ahead of UTC today, the reader's own first. */
export function zones(current: string, now = new Date()): { id: string; name: string }[] {
  const all = new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), current]);
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const sorted = [...all].sort((a, b) => Number(b === own) - Number(a === own) || a.localeCompare(b));
  return sorted.map((id) => ({ id, name: `${id.replaceAll('_', ' ')} (${offset(id, now)})` }));
}

export function offset(timeZone: string, now: Date): string {
  try {
    const part = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
      .formatToParts(now)
      .find(({ type }) => type === 'timeZoneName');
    return part?.value === 'GMT' ? 'GMT+00:00' : (part?.value ?? '');
  } catch {
    return '';
  }
}
