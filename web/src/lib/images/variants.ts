import type { ImageVariant } from '#lib/api/types.ts';

const BEST_FIRST = ['image/avif', 'image/webp'];

export interface Sources {
  /** What browsers choose from by type, best first. */
  others: { type: string; srcset: string }[];
  /** What every browser reads; the largest of it. Undefined when there is no variant yet. */
  fallback: ImageVariant | undefined;
  srcset: string;
}

const widths = (rows: ImageVariant[]) => rows.map(({ url, width }) => `${url} ${width}w`).join(', ');

/** The variants of an image as `<picture>` wants them. */
export function sources(variants: ImageVariant[]): Sources {
  const sorted = [...variants].sort((a, b) => a.width - b.width);
  const of = (type: string) => sorted.filter((row) => row.type === type);
  const others = BEST_FIRST.filter((type) => of(type).length > 0).map((type) => ({
    type,
    srcset: widths(of(type)),
  }));
  const plain = sorted.filter((row) => !BEST_FIRST.includes(row.type));
  const rest = plain.length > 0 ? plain : sorted;
  return { others, fallback: rest.at(-1), srcset: widths(rest) };
}

/** An address for the blur of an image: a tiny WebP in base64. The policy of these pages knows no data: addresses. */
export function blurAddress(blur: string | null): string | undefined {
  if (!blur) return undefined;
  try {
    const bytes = Uint8Array.from(atob(blur), (letter) => letter.charCodeAt(0));
    return URL.createObjectURL(new Blob([bytes], { type: 'image/webp' }));
  } catch {
    return undefined;
  }
}
