/** Kilobytes and megabytes of 1000, as people's phones and file managers count them. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  if (count < 999_500) return `${Math.round(count / 1000)} kB`;
  const mega = count / 1_000_000;
  return mega < 999.5 ? `${mega.toFixed(mega < 10 ? 1 : 0)} MB` : `${(mega / 1000).toFixed(1)} GB`;
}

/** Whole percent that `after` is less than `before`; 0 when it is not less. */
export function saved(before: number, after: number): number {
  return before > after ? Math.floor((1 - after / before) * 100) : 0;
}

export interface Size {
  width: number;
  height: number;
}

/** A part of an image in its own pixels, from the left and top of it as it is shown. */
export interface Part extends Size {
  x: number;
  y: number;
}

/** `size` made smaller until its longer side is `edge`; never larger, never without a pixel. */
export function fitted(size: Size, edge: number): Size {
  const scale = Math.min(1, edge / Math.max(size.width, size.height));
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
}

/** `part` in whole pixels that lie in an image of `size`. */
export function within(part: Part, size: Size): Part {
  const x = Math.min(Math.max(0, Math.round(part.x)), size.width - 1);
  const y = Math.min(Math.max(0, Math.round(part.y)), size.height - 1);
  return {
    x,
    y,
    width: Math.max(1, Math.min(Math.round(part.width), size.width - x)),
    height: Math.max(1, Math.min(Math.round(part.height), size.height - y)),
  };
}
