export type Look = 'system' | 'light' | 'dark';
const KEY = 'nameplate-theme';

/** Light or dark, for this browser only. `static/_app/theme.js` applies it before the first paint. */
class LookState {
  chosen = $state<Look>('system');
  #system = $state(false);

  constructor() {
    if (typeof document === 'undefined') return;
    const set = document.documentElement.dataset.theme;
    this.chosen = set === 'light' || set === 'dark' ? set : 'system';
    const query = matchMedia('(prefers-color-scheme: dark)');
    this.#system = query.matches;
    query.addEventListener('change', () => (this.#system = query.matches));
  }

  get dark(): boolean {
    return this.chosen === 'dark' || (this.chosen === 'system' && this.#system);
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
