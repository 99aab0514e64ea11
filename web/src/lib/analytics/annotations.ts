// What happened on a day, put beside the numbers of its step in time.
import type { Annotation } from '#lib/api/types.ts';

/** The annotations of each step, by its place among `rows`. Days before the first step belong to none. */
export function byStep(
  annotations: readonly Annotation[],
  rows: readonly { at: string }[],
): Map<number, Annotation[]> {
  const days = rows.map((row) => row.at.slice(0, 10));
  const found = new Map<number, Annotation[]>();
  for (const annotation of annotations) {
    // Of the hours of a day the first; of weeks and months the one that the day is in.
    let step = days.indexOf(annotation.day);
    if (step < 0) step = days.findLastIndex((day) => day < annotation.day);
    if (step >= 0) found.set(step, [...(found.get(step) ?? []), annotation]);
  }
  return found;
}
