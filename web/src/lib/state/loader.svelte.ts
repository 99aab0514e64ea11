import { toProblem, type Problem } from '#lib/api/problem.ts';

/** Something a part of a page asks the server for: the answer, or what went wrong. */
export class Loader<T> {
  value = $state.raw<T>();
  problem = $state.raw<Problem>();
  readonly #call: () => Promise<T>;

  constructor(call: () => Promise<T>) {
    this.#call = call;
  }

  load = async (): Promise<void> => {
    this.problem = undefined;
    try {
      this.value = await this.#call();
    } catch (error) {
      this.problem = toProblem(error);
    }
  };
}
