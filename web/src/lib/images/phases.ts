import { refusal } from './refusals.ts';
import type { Sending } from './sending.svelte.ts';
import { bytes, saved } from './sizes.ts';

type Shown = Pick<Sending, 'phase' | 'progress' | 'prepared' | 'problem' | 'pause' | 'file'>;

/** What happens to an image right now, in a few words. */
export function doing({ phase, problem, pause, progress }: Shown): string {
  if (pause > 0) return `Too many at once: goes on by itself in ${pause} seconds`;
  switch (phase) {
    case 'waiting':
      return 'Waits for its turn';
    case 'preparing':
      return 'Making it smaller';
    case 'sending':
      return `Sending, ${Math.floor(progress * 100)} %`;
    case 'checking':
      return 'The server is looking at it';
    case 'done':
      return 'Done';
    case 'cancelled':
      return 'Cancelled';
    case 'failed':
      return problem ? refusal(problem) : 'That did not work. Try again.';
  }
}

/** The same for screen readers, who need not hear every percent: it changes in quarters. */
export function spoken(shown: Shown): string {
  if (shown.phase !== 'sending' || shown.pause > 0) return doing(shown);
  return doing({ ...shown, progress: Math.floor(shown.progress * 4) / 4 });
}

/** "5.9 MB → 212 kB, 96 % less" */
export function sizes({ file, prepared, phase }: Shown): string {
  // How small it became matters to nobody once it was refused.
  if (!prepared || phase === 'failed') return bytes(file.size);
  const sent = prepared.blob.size;
  if (prepared.why === 'unable')
    return `${bytes(sent)}, sent as it is: this browser could not make it smaller`;
  if (prepared.why === 'small') return `${bytes(sent)}, sent as it is: it is small already`;
  const less = saved(file.size, sent);
  return `${bytes(file.size)} → ${bytes(sent)}${less > 0 ? `, ${less} % less` : ''}`;
}
