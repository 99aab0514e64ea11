import * as calls from '#lib/api/calls.ts';
import { toProblem, type Problem } from '#lib/api/problem.ts';
import type { Account, Config, Profile, ProfileImage } from '#lib/api/types.ts';
import { preview } from './preview.svelte.ts';

/** Whoever is logged in, their profile, and what this installation offers. */
class Me {
  account = $state.raw<Account>();
  profile = $state.raw<Profile>();
  config = $state.raw<Config>();
  problem = $state.raw<Problem>();
  /** A change of the profile that somebody else overtook, waiting for a decision. */
  conflict = $state.raw<{ mine: Partial<Profile>; theirs: Profile }>();
  #etag: string | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  async loadConfig(): Promise<Config> {
    return (this.config ??= await calls.config());
  }

  async load(): Promise<void> {
    this.problem = undefined;
    try {
      const [account, profile] = await Promise.all([calls.account(), calls.profile(), this.loadConfig()]);
      this.account = account;
      this.#take(profile);
    } catch (error) {
      this.problem = toProblem(error);
    }
  }

  clear(): void {
    this.account = undefined;
    this.profile = undefined;
    this.problem = undefined;
    this.conflict = undefined;
  }

  /** Shows the change at once and saves it; throws the Problem after putting the old values back. */
  save(change: Partial<Profile>): Promise<void> {
    const saved = this.#queue.then(() => this.#save(change));
    this.#queue = saved.catch(() => undefined);
    return saved;
  }

  /** Chooses an image: the last choice stands, whatever another tab changed meanwhile. Throws the Problem. */
  useImage(change: ProfileImage): Promise<void> {
    const saved = this.#queue.then(async () => {
      this.#take(await calls.changeProfile(change));
      preview.refresh();
    });
    this.#queue = saved.catch(() => undefined);
    return saved;
  }

  async keepMine(): Promise<void> {
    const conflict = this.conflict;
    this.conflict = undefined;
    if (!conflict) return;
    this.#take(await calls.profile());
    await this.save(conflict.mine);
  }

  takeTheirs(): void {
    if (this.conflict) this.profile = this.conflict.theirs;
    this.conflict = undefined;
    preview.refresh();
  }

  async #save(change: Partial<Profile>): Promise<void> {
    const before = this.profile;
    if (!before) return;
    this.profile = { ...before, ...change };
    try {
      this.#take(await calls.changeProfile(change, this.#etag));
      preview.refresh();
      if (change.handle && this.account) this.account = { ...this.account, handle: this.profile.handle };
    } catch (error) {
      this.profile = before;
      const problem = toProblem(error);
      if (problem.status !== 412) throw problem;
      const theirs = await calls.profile();
      this.#etag = theirs.etag;
      this.conflict = { mine: change, theirs: theirs.body };
    }
  }

  #take(answer: { body: Profile; etag: string | undefined }): void {
    this.profile = answer.body;
    this.#etag = answer.etag;
  }
}

export const me = new Me();
