export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'good' | 'bad';
  action?: { label: string; run: () => void } | undefined;
}

/** Short messages at the edge of the screen, read out by screen readers. Those with an action stay longer. */
class Toasts {
  rows = $state.raw<Toast[]>([]);
  #next = 1;
  #timers = new Map<number, { timer: ReturnType<typeof setTimeout>; ms: number }>();

  show(text: string, options: Omit<Partial<Toast>, 'id' | 'text'> & { ms?: number } = {}): number {
    const id = this.#next++;
    const toast: Toast = { id, text, tone: options.tone ?? 'plain', action: options.action };
    this.rows = [...this.rows.slice(-3), toast];
    this.#start(id, options.ms ?? (options.action ? 9000 : 5000));
    return id;
  }

  good(text: string): number {
    return this.show(text, { tone: 'good' });
  }

  bad(text: string, action?: Toast['action']): number {
    return this.show(text, { tone: 'bad', action, ms: 9000 });
  }

  close(id: number): void {
    clearTimeout(this.#timers.get(id)?.timer);
    this.#timers.delete(id);
    this.rows = this.rows.filter((row) => row.id !== id);
  }

  /** While the pointer or the focus is on the messages they do not run away. */
  hold(): void {
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
  }

  release(): void {
    for (const [id, { ms }] of this.#timers) this.#start(id, ms);
  }

  #start(id: number, ms: number): void {
    this.#timers.set(id, { ms, timer: setTimeout(() => this.close(id), ms) });
  }
}

export const toasts = new Toasts();
