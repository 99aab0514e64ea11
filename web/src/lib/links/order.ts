// The order of links, as the page shows it: pinned ones first.

interface Placed {
  id: string;
  pinned: boolean;
}

export function pinnedFirst<T extends Placed>(rows: readonly T[]): T[] {
  return [...rows.filter((row) => row.pinned), ...rows.filter((row) => !row.pinned)];
}

/** Moves one row by `step` places among those with the same pin; at the ends nothing changes. */
export function moved<T extends Placed>(rows: readonly T[], id: string, step: number): T[] {
  const row = rows.find((candidate) => candidate.id === id);
  if (!row) return [...rows];
  const group = rows.filter((candidate) => candidate.pinned === row.pinned);
  const from = group.indexOf(row);
  const to = Math.min(group.length - 1, Math.max(0, from + step));
  group.splice(from, 1);
  group.splice(to, 0, row);
  const others = rows.filter((candidate) => candidate.pinned !== row.pinned);
  return row.pinned ? [...group, ...others] : [...others, ...group];
}

export function sameOrder(a: readonly { id: string }[], b: readonly { id: string }[]): boolean {
  return a.length === b.length && a.every((row, index) => row.id === b[index]?.id);
}

/**
 * Puts `rows` into the order of `ids`. Rows that `ids` does not know (added in another tab) go to the end,
 * where new links appear; ids without a row (deleted there) are left out.
 */
export function inOrder<T extends { id: string }>(rows: readonly T[], ids: readonly string[]): T[] {
  const place = new Map(ids.map((id, index) => [id, index]));
  return [...rows].sort((a, b) => (place.get(a.id) ?? ids.length) - (place.get(b.id) ?? ids.length));
}
