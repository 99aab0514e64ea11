/** Names to try when the wanted one is gone; whether they are free is for the server to say. */
export function suggestions(wanted: string): string[] {
  const base = tidy(wanted).slice(0, 24).replace(/-+$/, '');
  if (base.length < 2) return [];
  const plain = base.replace(/-?\d+$/, '');
  const names = [`${base}-dev`, `hey-${base}`, `${base}-hq`, `${plain}-codes`, `its-${base}`];
  return [...new Set(names)].filter((name) => name !== wanted && name.length >= 3 && name.length <= 30);
}

/** What of a typed or pasted text can be a handle. */
export function tidy(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^@/, '')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[\s_.]+/g, '-')
    .replace(/[^a-z0-9-]/g, '')
    .replace(/-{2,}/g, '-')
    .replace(/^-+/, '');
}
