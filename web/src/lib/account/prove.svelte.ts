// Dangerous acts need a proof of the last ten minutes. The dialog asks for it, and the act is repeated.
import * as calls from '#lib/api/calls.ts';
import { Problem } from '#lib/api/problem.ts';

/** The dialog was closed: nothing was done. */
export class Unproven extends Problem {
  constructor() {
    super(403, { code: 'unproven', detail: 'Nothing was changed: it was not proven that it is you.' });
  }
}

class Proving {
  methods = $state.raw<string[]>([]);
  open = $state(false);
  #settle: { done: () => void; failed: (error: Error) => void } | undefined;

  ask(methods: string[]): Promise<void> {
    this.#settle?.failed(new Unproven());
    this.methods = methods;
    this.open = true;
    return new Promise((done, failed) => (this.#settle = { done, failed }));
  }

  close(proven: boolean): void {
    this.open = false;
    if (proven) this.#settle?.done();
    else this.#settle?.failed(new Unproven());
    this.#settle = undefined;
  }

  /** The dialog cannot be shown. The next act that wants it fetches it anew. */
  giveUp(): void {
    this.close(false);
    this.methods = [];
  }
}

export const proving = new Proving();

/** Ask for a proof. Throws Unproven when the dialog is closed. */
export async function ask(): Promise<void> {
  await proving.ask((await calls.proof()).methods);
}

/** Does `act`; when the server wants a proof first, asks for it and does it again. */
export async function proven<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'prove-it-again') throw error;
    await proving.ask(error.methods);
    return act();
  }
}
