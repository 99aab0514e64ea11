import { toProblem, type Problem } from '#lib/api/problem.ts';
import type { Upload } from '#lib/api/types.ts';
import { prepare, type Prepared } from './prepare.ts';
import { PURPOSES, type Purpose } from './purposes.ts';
import { send } from './send.ts';
import type { Part } from './sizes.ts';

export type Phase = 'waiting' | 'preparing' | 'sending' | 'checking' | 'done' | 'failed' | 'cancelled';

/** How an upload is done; tests do it otherwise. */
export const means = { prepare, send };

const MOST_TRIES = 3;
/** A limit that lasts longer is told, not waited out. */
const LONGEST_WAIT = 65;

/** One image on its way: made smaller, sent, looked at by the server. */
export class Sending {
  readonly id = crypto.randomUUID();
  readonly file: File;
  readonly purpose: Purpose;
  readonly part: Part | null;
  phase = $state<Phase>('waiting');
  /** The share that has left, 0 to 1. */
  progress = $state(0);
  prepared = $state.raw<Prepared>();
  problem = $state.raw<Problem>();
  upload = $state.raw<Upload>();
  /** Seconds until it goes on by itself, because of a limit. */
  pause = $state(0);
  #calling = new AbortController();

  constructor(file: File, purpose: Purpose, part: Part | null = null) {
    this.file = file;
    this.purpose = purpose;
    this.part = part;
  }

  get running(): boolean {
    return this.phase === 'preparing' || this.phase === 'sending' || this.phase === 'checking';
  }

  get over(): boolean {
    return this.phase === 'done' || this.phase === 'failed' || this.phase === 'cancelled';
  }

  /** Does it all. Never throws: `phase` says how it ended. Answers the upload when there is one. */
  async run(): Promise<Upload | undefined> {
    this.#calling = new AbortController();
    const { signal } = this.#calling;
    this.problem = undefined;
    this.progress = 0;
    try {
      // Without a connection the worker could not be fetched either.
      if (!this.prepared || this.prepared.why === 'unable') {
        this.phase = 'preparing';
        this.prepared = await means.prepare(this.file, this.part, PURPOSES[this.purpose].edge, signal);
      }
      this.upload = await this.#send(this.prepared, signal);
      this.phase = 'done';
      return this.upload;
    } catch (error) {
      // Called off, whatever the engine says about it.
      if (signal.aborted) {
        this.phase = 'cancelled';
      } else {
        this.problem = toProblem(error);
        this.phase = 'failed';
      }
      return undefined;
    }
  }

  cancel(): void {
    if (this.phase === 'waiting') this.phase = 'cancelled';
    this.#calling.abort();
  }

  async #send(prepared: Prepared, signal: AbortSignal): Promise<Upload> {
    const parcel = { blob: prepared.blob, name: this.file.name || 'image', purpose: this.purpose };
    for (let number = 1; ; number++) {
      this.phase = 'sending';
      this.progress = 0;
      try {
        return await means.send(parcel, (share) => this.#moved(share), signal);
      } catch (error) {
        const { status, retryAfter } = toProblem(error);
        if (status !== 429 || !retryAfter || retryAfter > LONGEST_WAIT || number === MOST_TRIES) throw error;
        this.pause = retryAfter;
        await sleep(retryAfter, signal).finally(() => (this.pause = 0));
      }
    }
  }

  #moved(share: number): void {
    this.progress = share;
    if (share >= 1) this.phase = 'checking';
  }
}

function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(new DOMException('Called off', 'AbortError'));
      },
      { once: true },
    );
  });
}
