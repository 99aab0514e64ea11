import type { Upload } from '#lib/api/types.ts';
import { bytes } from './sizes.ts';

export type Tone = 'good' | 'wait' | 'bad';

/** How an upload stands: a word for the badge, and a sentence when there is something to know. */
export function standing(upload: Upload): { tone: Tone; word: string; sentence: string } {
  switch (upload.state) {
    case 'stored':
      return { tone: 'good', word: 'Stored', sentence: '' };
    case 'queued':
      return {
        tone: 'wait',
        word: 'Queued',
        sentence: 'Kept safe and shown already. It moves to the image store as soon as that can be reached.',
      };
    case 'received':
      return { tone: 'wait', word: 'Received', sentence: 'It will be looked at in a moment.' };
    case 'validating':
      return { tone: 'wait', word: 'Being checked', sentence: '' };
    case 'rejected':
      return { tone: 'bad', word: 'Rejected', sentence: upload.reason?.detail ?? 'It cannot be used.' };
  }
}

/** "5.9 MB → 212 kB sent → 96 kB stored in 9 files"; the first is known only to the tab that made it smaller. */
export function journey(upload: Upload, original: number | undefined): string {
  const sent = `${bytes(upload.bytes_received)} sent`;
  const first = original !== undefined && original !== upload.bytes_received ? `${bytes(original)} → ` : '';
  const count = upload.variants.length;
  if (count === 0) return first + sent;
  return `${first}${sent} → ${bytes(upload.bytes_stored)} stored in ${count} ${count === 1 ? 'file' : 'files'}`;
}

/** What an upload is used for, in the words of the screens where it is chosen. */
export function uses(upload: Upload, titles: ReadonlyMap<string, string>): string[] {
  return upload.used_as.map((use) => {
    if (use === 'avatar') return 'Your avatar';
    if (use === 'background') return 'Your background';
    if (use === 'favicon') return 'Your browser icon';
    const title = titles.get(use.replace('thumbnail:', ''));
    return title ? `Picture of “${title}”` : 'Picture of a link';
  });
}
