// What a worker does with an image before it is sent. Nothing here knows of the page.
import { fitted, within, type Part, type Size } from './sizes.ts';

export interface Order {
  file: Blob;
  part: Part | null;
  /** The longer side of the result, in pixels. */
  edge: number;
}

export interface Made extends Size {
  blob: Blob;
}

type Encoding = { type: string; quality: number };
const LOSSY: Encoding[] = [
  { type: 'image/avif', quality: 0.62 },
  { type: 'image/webp', quality: 0.82 },
];
const JPEG: Encoding = { type: 'image/jpeg', quality: 0.86 };
const PNG: Encoding = { type: 'image/png', quality: 1 };
// AVIF takes a phone about a second for each of these.
const MOST_AVIF_PIXELS = 1_200_000;

/** Which of two files goes out: what was made, unless that is the whole image and no smaller. */
export function smaller<T extends { size: number }, M extends { size: number }>(
  original: T,
  made: M,
  cropped: boolean,
): T | M {
  return cropped || made.size < original.size ? made : original;
}

/** Encodings to try, best first. A browser answers with PNG where it cannot: Safari for WebP, most for AVIF. */
export function encodings(size: Size, transparent: boolean, avif: boolean): Encoding[] {
  const wanted = LOSSY.filter(
    ({ type }) => type !== 'image/avif' || (avif && size.width * size.height <= MOST_AVIF_PIXELS),
  );
  return [...wanted, transparent ? PNG : JPEG];
}

/** Reads, turns upright, crops, makes smaller and encodes. Throws when the browser cannot. */
export async function compress({ file, part, edge }: Order): Promise<Made> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  try {
    const source = within(part ?? { x: 0, y: 0, width: bitmap.width, height: bitmap.height }, bitmap);
    const size = fitted(source, edge);
    const canvas = new OffscreenCanvas(size.width, size.height);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.imageSmoothingQuality = 'high';
    const { x, y, width, height } = source;
    context.drawImage(bitmap, x, y, width, height, 0, 0, size.width, size.height);
    return { blob: await encode(canvas, isTransparent(context, size)), ...size };
  } finally {
    bitmap.close();
  }
}

async function encode(canvas: OffscreenCanvas, transparent: boolean): Promise<Blob> {
  for (const { type, quality } of encodings(canvas, transparent, await writesAvif())) {
    const blob = await canvas.convertToBlob({ type, quality });
    if (blob.type === type && blob.size > 0) return blob;
  }
  throw new Error('no encoder');
}

let avif: Promise<boolean> | undefined;

function writesAvif(): Promise<boolean> {
  const probe = new OffscreenCanvas(1, 1);
  // Without a context there is nothing to encode.
  probe.getContext('2d');
  return (avif ??= probe
    .convertToBlob({ type: 'image/avif' })
    .then((blob) => blob.type === 'image/avif')
    .catch(() => false));
}

function isTransparent(context: OffscreenCanvasRenderingContext2D, { width, height }: Size): boolean {
  const { data } = context.getImageData(0, 0, width, height);
  for (let index = 3; index < data.length; index += 4) if (data[index] !== 255) return true;
  return false;
}
