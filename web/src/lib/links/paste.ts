/** What looks like addresses in a pasted text: one or several, separated by spaces or line breaks. */
export function addresses(text: string): string[] {
  const found = text
    .split(/[\s,;]+/)
    .map((piece) => piece.replace(/^[<("']+|[>)"'.]+$/g, ''))
    .filter((piece) => looksLikeAddress(piece))
    .map((piece) => complete(piece));
  return [...new Set(found)];
}

export function looksLikeAddress(text: string): boolean {
  if (/^(https?:\/\/|mailto:)\S+$/i.test(text)) return true;
  if (/^git@[\w.-]+:[\w.-]+\/[\w.-]+$/.test(text)) return true;
  if (/^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(text)) return true;
  return /^[\w-]+(\.[\w-]+)*\.[a-z]{2,}(:\d+)?([/?#]\S*)?$/i.test(text);
}

/** People leave out the scheme; an e-mail address is a link too. */
export function complete(text: string): string {
  const trimmed = text.trim();
  const ssh = /^git@([\w.-]+):([\w.-]+\/[\w.-]+?)(\.git)?$/.exec(trimmed);
  if (ssh) return `https://${ssh[1]}/${ssh[2]}`;
  if (/^[a-z][a-z0-9+.-]*:/i.test(trimmed) && !/^[\w-]+(\.[\w-]+)+:\d+/.test(trimmed)) return trimmed;
  if (/^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(trimmed)) return `mailto:${trimmed}`;
  return trimmed ? `https://${trimmed}` : '';
}

/** An address as short as people read it: no scheme, no www, no lone slash at the end. */
export function brief(url: string): string {
  return url
    .replace(/^mailto:/i, '')
    .replace(/^https?:\/\/(www\.)?/i, '')
    .replace(/\/$/, '');
}
