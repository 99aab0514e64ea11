import { flushSync } from 'svelte';

export type Look = 'system' | 'light' | 'dark';
const KEY = 'nameplate-theme';

/** Light or dark, for this browser only. `app.html` applies it before the first paint. */
class LookState {
  chosen = $state<Look>('system');
  /** While the page is made ready for paper, which is light. */
  printing = $state(false);
  #system = $state(false);
  readonly #waits = new Set<() => Promise<void>>();

  constructor() {
    if (typeof document === 'undefined') return;
    const set = document.documentElement.dataset.theme;
    this.chosen = set === 'light' || set === 'dark' ? set : 'system';
    const query = matchMedia('(prefers-color-scheme: dark)');
    this.#system = query.matches;
    query.addEventListener('change', () => (this.#system = query.matches));
  }

  get dark(): boolean {
    if (this.printing) return false;
    return this.chosen === 'dark' || (this.chosen === 'system' && this.#system);
  }

  /** Has `wait` done before a print that begins here. Answers how to take it back. */
  beforePaper(wait: () => Promise<void>): () => void {
    this.#waits.add(wait);
    return () => this.#waits.delete(wait);
  }

  async print(): Promise<void> {
    await Promise.all([...this.#waits].map((wait) => wait()));
    print();
  }

  /** Charts are drawn anew in light colours before a print, and as before after it. */
  followPrinting(): () => void {
    const begin = () => {
      document.documentElement.dataset.theme = 'light';
      flushSync(() => (this.printing = true));
    };
    const end = () => {
      if (this.chosen === 'system') delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = this.chosen;
      this.printing = false;
    };
    addEventListener('beforeprint', begin);
    addEventListener('afterprint', end);
    return () => {
      removeEventListener('beforeprint', begin);
      removeEventListener('afterprint', end);
    };
  }

  choose(look: Look): void {
    this.chosen = look;
    if (look === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = look;
    try {
      if (look === 'system') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, look);
    } catch {
      // Without storage the choice lasts until the page is closed.
    }
  }
}

export const look = new LookState();
