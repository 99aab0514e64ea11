import type { Attachment } from 'svelte/attachments';
import { carriesFiles } from './files.ts';

/** Takes files that are dropped on an element or pasted while the focus is in it; `over` is told of a drag above it. */
export function takesFiles(
  take: (files: File[]) => void,
  over: (is: boolean) => void,
): Attachment<HTMLElement> {
  return (element) => {
    // Children enter before their parent is left.
    let depth = 0;
    const set = (next: number) => over((depth = Math.max(0, next)) > 0);
    const calling = new AbortController();
    const on = <K extends keyof HTMLElementEventMap>(name: K, run: (event: HTMLElementEventMap[K]) => void) =>
      element.addEventListener(name, run, { signal: calling.signal });
    on('dragenter', (event) => carriesFiles(event.dataTransfer) && set(depth + 1));
    on('dragleave', (event) => carriesFiles(event.dataTransfer) && set(depth - 1));
    on('dragover', (event) => carriesFiles(event.dataTransfer) && event.preventDefault());
    on('drop', (event) => {
      if (!carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      event.stopPropagation();
      set(0);
      take([...(event.dataTransfer?.files ?? [])]);
    });
    on('paste', (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      event.stopPropagation();
      take(files);
    });
    return () => calling.abort();
  };
}

/** Keeps a file that was dropped beside the target from taking the place of the page. */
export const missed: Attachment<Window> = (window) => {
  const keep = (event: DragEvent) => carriesFiles(event.dataTransfer) && event.preventDefault();
  window.addEventListener('dragover', keep);
  window.addEventListener('drop', keep);
  return () => {
    window.removeEventListener('dragover', keep);
    window.removeEventListener('drop', keep);
  };
};
