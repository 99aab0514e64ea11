import { smaller, type Made, type Order } from './compress.ts';
import type { Part } from './sizes.ts';

/** What goes to the server. */
export interface Prepared {
  blob: Blob;
  /** Why it is the file as it was chosen; empty when it was made smaller. */
  why: '' | 'small' | 'unable';
}

/** Longer than this a phone of today takes for no photo. */
const LONGEST_MS = 30_000;

export type Work = (order: Order, signal: AbortSignal) => Promise<Made | null>;

/** `file` made smaller, or itself when that fails or gains nothing. Throws AbortError when called off. */
export async function prepare(
  file: File,
  part: Part | null,
  edge: number,
  signal: AbortSignal,
  work: Work = inWorker,
): Promise<Prepared> {
  const made = await work({ file, part, edge }, signal);
  signal.throwIfAborted();
  if (!made) return { blob: file, why: 'unable' };
  const blob = smaller(file, made.blob, part !== null);
  return { blob, why: blob === file ? 'small' : '' };
}

function inWorker(order: Order, signal: AbortSignal): Promise<Made | null> {
  return new Promise((resolve) => {
    let worker: Worker | undefined;
    const end = (made: Made | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      worker?.terminate();
      resolve(made);
    };
    const stop = () => end(null);
    const timer = setTimeout(stop, LONGEST_MS);
    signal.addEventListener('abort', stop, { once: true });
    try {
      worker = new Worker(new URL('./compress.worker.ts', import.meta.url), { type: 'module' });
      worker.onmessage = (event: MessageEvent<Made | null>) => end(event.data);
      worker.onerror = stop;
      worker.postMessage(order);
    } catch {
      stop();
    }
  });
}
