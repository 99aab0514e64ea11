import { toasts } from '#lib/state/toasts.svelte.ts';

export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toasts.good(`${what} copied`);
  } catch {
    // Browsers give the clipboard to secure origins only.
    toasts.show(`Your browser did not allow copying. Here it is: ${text}`, { ms: 20000 });
  }
}
