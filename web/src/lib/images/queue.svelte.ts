import type { Upload } from '#lib/api/types.ts';
import { Sending } from './sending.svelte.ts';

/** Images on their way, two at a time: while one is being sent the next is made smaller. */
export class Queue {
  rows = $state.raw<Sending[]>([]);
  readonly #arrived: (sending: Sending, upload: Upload) => void;
  readonly #most: number;
  #running = 0;

  constructor(arrived: (sending: Sending, upload: Upload) => void, most = 2) {
    this.#arrived = arrived;
    this.#most = most;
  }

  get busy(): boolean {
    return this.rows.some((row) => !row.over);
  }

  add(...sendings: Sending[]): void {
    this.rows = [...this.rows, ...sendings];
    this.#next();
  }

  /** Tries what failed again; what was made smaller already stays so. */
  retry(sending: Sending): void {
    sending.phase = 'waiting';
    sending.problem = undefined;
    this.#next();
  }

  /** Tries again what failed because there was no connection. */
  online = (): void => {
    for (const row of this.rows) if (row.phase === 'failed' && row.problem?.status === 0) this.retry(row);
  };

  cancel(sending: Sending): void {
    sending.cancel();
    this.dismiss(sending);
  }

  dismiss(sending: Sending): void {
    this.rows = this.rows.filter((row) => row !== sending);
  }

  cancelAll(): void {
    for (const row of this.rows) row.cancel();
    this.rows = [];
  }

  #next(): void {
    while (this.#running < this.#most) {
      const row = this.rows.find(({ phase }) => phase === 'waiting');
      if (!row) return;
      this.#running += 1;
      void row.run().then((upload) => {
        this.#running -= 1;
        if (upload) {
          this.dismiss(row);
          this.#arrived(row, upload);
        }
        this.#next();
      });
    }
  }
}
