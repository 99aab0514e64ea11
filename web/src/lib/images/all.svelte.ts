import * as calls from '#lib/api/calls.ts';
import { sentence, toProblem, type Problem } from '#lib/api/problem.ts';
import type { Quota, Upload } from '#lib/api/types.ts';
import { preview } from '#lib/state/preview.svelte.ts';
import { toasts } from '#lib/state/toasts.svelte.ts';

/** States that end by themselves: the list is asked for again while there are any. */
const PASSING = new Set<Upload['state']>(['received', 'validating', 'queued']);

/** Every image of the account, newest first. */
export class Images {
  rows = $state.raw<Upload[]>([]);
  quota = $state.raw<Quota>();
  loaded = $state(false);
  problem = $state.raw<Problem>();
  /** How large a file was before this tab made it smaller, by upload. */
  originals = $state.raw<Record<string, number>>({});

  /** Grows with every change and question: an answer to an older question does not bring back what is gone. */
  #turn = 0;

  get waiting(): boolean {
    return this.rows.some(({ state }) => PASSING.has(state));
  }

  load = async (): Promise<void> => {
    this.problem = undefined;
    const turn = ++this.#turn;
    try {
      const answer = await calls.uploads();
      if (turn === this.#turn) this.#take(answer);
      this.loaded = true;
    } catch (error) {
      this.problem = toProblem(error);
    }
  };

  /** As `load`, but what is shown stays when it fails. */
  refresh = async (): Promise<void> => {
    const turn = ++this.#turn;
    const answer = await calls.uploads().catch(() => undefined);
    if (answer && turn === this.#turn) this.#take(answer);
  };

  #take({ uploads, quota }: { uploads: Upload[]; quota: Quota }): void {
    this.rows = uploads;
    this.quota = quota;
  }

  /** Shows what just arrived; `original` is the size of the file as it was chosen. */
  arrived(upload: Upload, original: number): void {
    this.originals = { ...this.originals, [upload.id]: original };
    this.rows = [upload, ...this.rows.filter(({ id }) => id !== upload.id)];
    void this.refresh();
  }

  /** Deletes at once, with a way back. */
  async remove(upload: Upload): Promise<void> {
    const before = this.rows;
    this.#turn += 1;
    this.rows = before.filter(({ id }) => id !== upload.id);
    try {
      await calls.deleteUpload(upload.id);
    } catch (error) {
      const problem = toProblem(error);
      if (problem.status !== 404) {
        this.rows = before;
        toasts.bad(sentence(problem), { label: 'Try again', run: () => void this.remove(upload) });
        return;
      }
    }
    preview.refresh();
    void this.refresh();
    const name = upload.file_name ? `“${upload.file_name}”` : 'Image';
    toasts.show(`${name} deleted`, { action: { label: 'Undo', run: () => void this.restore(upload) } });
  }

  async restore(upload: Upload): Promise<void> {
    try {
      await calls.restoreUpload(upload.id);
      await this.refresh();
      preview.refresh();
      toasts.good(upload.file_name ? `“${upload.file_name}” is back` : 'The image is back');
    } catch (error) {
      toasts.bad(sentence(error), { label: 'Try again', run: () => void this.restore(upload) });
    }
  }
}

/** The images of whoever is logged in. */
export const images = new Images();
