// Where taps are on the page, and their picture.
import type { HeatElement, ViewportClass } from '#lib/api/types.ts';

/** Sizes of screens by the upper bound of their width, and the width their page is shown at. */
export const SCREENS: Record<ViewportClass, { label: string; width: number }> = {
  480: { label: 'Up to 480 px', width: 390 },
  768: { label: '481 to 768 px', width: 768 },
  1024: { label: '769 to 1024 px', width: 1024 },
  1440: { label: '1025 to 1440 px', width: 1440 },
  32767: { label: 'Wider', width: 1920 },
  0: { label: 'Width not known', width: 390 },
};

export function screenOf(text: string | number | null | undefined): ViewportClass | undefined {
  const known = Object.keys(SCREENS).find((name) => text != null && name === String(text));
  return known === undefined ? undefined : (Number(known) as ViewportClass);
}

const PARTS: Record<string, string> = {
  '': 'Background',
  header: 'Top of the page',
  avatar: 'Picture',
  name: 'Name',
  handle: 'Handle',
  bio: 'Bio',
  empty: 'Note that there are no links',
  footer: 'Bottom of the page',
  home: 'Nameplate, at the bottom',
  qr: 'QR code',
  skip: 'Skip to the links',
};

export function partName(element: string): string {
  return PARTS[element] ?? element;
}

export function elementName({ link_id, element, title }: HeatElement): string {
  if (!link_id) return partName(element);
  const name = title || 'Deleted link';
  return element === 'live' ? `${name}, live` : name;
}

/** Finds the element on the page; undefined when it is not there any more. */
export function selector({ link_id, element }: Pick<HeatElement, 'link_id' | 'element'>): string | undefined {
  // Both come from visitors' browsers: nothing but what the page itself uses gets into a selector.
  if (link_id && !/^[0-9a-f-]{36}$/.test(link_id)) return undefined;
  if (!/^[a-z-]*$/.test(element)) return undefined;
  if (link_id)
    return element ? `[data-l="${link_id}"][data-e="${element}"]` : `[data-l="${link_id}"]:not([data-e])`;
  return element ? `[data-e="${element}"]` : 'body';
}

type Box = { left: number; top: number; width: number; height: number };
export type Spot = { x: number; y: number; taps: number };

/** The middles of the cells that were tapped. */
export function spots(
  box: Box,
  columns: number,
  { rows, cells }: Pick<HeatElement, 'rows' | 'cells'>,
): Spot[] {
  return cells.map(({ x, y, taps }) => ({
    x: box.left + ((x + 0.5) / columns) * box.width,
    y: box.top + ((y + 0.5) / rows) * box.height,
    taps,
  }));
}

const STOPS = [
  [0.05, 64, 110, 255],
  [0.35, 40, 190, 200],
  [0.6, 250, 205, 60],
  [1, 235, 50, 40],
] as const;

/** Colour of a strength from 0 to 1. */
export function heatColor(strength: number): [number, number, number] {
  const next = STOPS.findIndex(([at]) => strength <= at);
  if (next <= 0) return next === 0 ? [STOPS[0][1], STOPS[0][2], STOPS[0][3]] : [235, 50, 40];
  const [a, b] = [STOPS[next - 1]!, STOPS[next]!];
  const share = (strength - a[0]) / (b[0] - a[0]);
  const mix = (from: number, to: number) => Math.round(from + (to - from) * share);
  return [mix(a[1], b[1]), mix(a[2], b[2]), mix(a[3], b[3])];
}

/** Draws the spots: blobs that add up, coloured by their sum. */
export function draw(canvas: HTMLCanvasElement, all: Spot[]): void {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return;
  context.clearRect(0, 0, canvas.width, canvas.height);
  const most = Math.max(1, ...all.map((spot) => spot.taps));
  const radius = 16;
  for (const { x, y, taps } of all) {
    const blob = context.createRadialGradient(x, y, 0, x, y, radius);
    // The root keeps a single tap visible beside a thousand.
    blob.addColorStop(0, `rgb(0 0 0 / ${0.18 + 0.72 * Math.sqrt(taps / most)})`);
    blob.addColorStop(1, 'rgb(0 0 0 / 0)');
    context.fillStyle = blob;
    context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
  }
  if (!canvas.width || !canvas.height) return;
  const image = context.getImageData(0, 0, canvas.width, canvas.height);
  for (let index = 3; index < image.data.length; index += 4) {
    const alpha = image.data[index] ?? 0;
    if (alpha === 0) continue;
    const [red, green, blue] = heatColor(alpha / 255);
    image.data.set([red, green, blue, Math.min(215, alpha * 1.6)], index - 3);
  }
  context.putImageData(image, 0, 0);
}
