// What the page itself noticed, asked for whenever days or filters change: the newest question is the one that counts.
import { toProblem, type Problem } from '#lib/api/problem.ts';

export class Newest<T> {
  value = $state.raw<T>();
  problem = $state.raw<Problem>();
  busy = $state(false);
  #asked = 0;

  /** `call`: undefined while nobody knows what to ask. */
  ask = async (call: (() => Promise<T>) | undefined): Promise<void> => {
    const mine = ++this.#asked;
    if (!call) return;
    this.busy = true;
    try {
      const answer = await call();
      if (mine !== this.#asked) return;
      this.value = answer;
      this.problem = undefined;
    } catch (error) {
      if (mine === this.#asked) this.problem = toProblem(error);
    } finally {
      if (mine === this.#asked) this.busy = false;
    }
  };
}
