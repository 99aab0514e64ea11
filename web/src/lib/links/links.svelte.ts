import * as calls from '#lib/api/calls.ts';
import { Problem, sentence, toProblem } from '#lib/api/problem.ts';
import type { Link, LinkFields, LinkImage } from '#lib/api/types.ts';
import { preview } from '#lib/state/preview.svelte.ts';
import { toasts } from '#lib/state/toasts.svelte.ts';
import { inOrder, moved, pinnedFirst, sameOrder } from './order.ts';

export type Change = Partial<LinkFields>;

/**
 * The list of links as the editor shows it. Every change is shown at once and saved behind it; a change that
 * the server refuses is taken back and says why; one that another tab overtook waits in `conflict`.
 */
export class LinkList {
  rows = $state.raw<Link[]>([]);
  loaded = $state(false);
  problem = $state.raw<Problem>();
  /** What is wrong with the fields of a link, by link and field. */
  errors = $state.raw<Record<string, Record<string, string>>>({});
  saving = $state.raw<ReadonlySet<string>>(new Set());
  conflict = $state.raw<{ mine: Change; theirs: Link }>();
  /** Grows when another tab's change was preferred to what is typed here. */
  discarded = $state(0);
  #etag: string | undefined;
  #confirmed = new Map<string, Link>();
  #queues = new Map<string, Promise<void>>();
  #orderQueue: Promise<void> = Promise.resolve();
  #orderWaits = false;

  async load(): Promise<void> {
    this.problem = undefined;
    try {
      this.#take(await calls.links());
      this.loaded = true;
    } catch (error) {
      this.problem = toProblem(error);
    }
  }

  /** Takes over what other tabs did, unless something is being saved here. */
  async refresh(): Promise<void> {
    if (!this.loaded || this.saving.size > 0 || this.conflict) return;
    const answer = await calls.links().catch(() => undefined);
    if (answer && this.saving.size === 0) this.#take(answer);
  }

  /** Adds a link; the server guesses what is not given. Throws the Problem. */
  async add(fields: Change & { url: string }): Promise<Link> {
    const added = await calls.addLink(fields);
    await this.#reload();
    preview.refresh();
    return this.find(added.id) ?? added;
  }

  find(id: string): Link | undefined {
    return this.rows.find((row) => row.id === id);
  }

  /** Saves a change of one link; changes of the same link wait for each other. Resolves to whether it is saved. */
  save(id: string, change: Change): Promise<boolean> {
    this.#show(id, change);
    this.#mark(id, true);
    this.#fault(id, Object.keys(change), {});
    const before = this.#queues.get(id) ?? Promise.resolve();
    const saved = before.then(() => this.#save(id, change));
    const settled = saved.then(() => undefined);
    this.#queues.set(id, settled);
    void settled.then(() => {
      if (this.#queues.get(id) === settled) this.#mark(id, false);
    });
    return saved;
  }

  /** Chooses the image of a link: the last choice stands. Throws the Problem. */
  async useImage(id: string, change: LinkImage): Promise<void> {
    const before = this.#queues.get(id) ?? Promise.resolve();
    const saved = before.then(async () => this.#confirm(await calls.changeLinkImage(id, change)));
    this.#queues.set(
      id,
      saved.catch(() => undefined),
    );
    await saved;
    preview.refresh();
  }

  /** Deletes at once, with a way back. */
  async remove(id: string): Promise<void> {
    const link = this.find(id);
    if (!link) return;
    const before = this.rows;
    this.rows = this.rows.filter((row) => row.id !== id);
    try {
      await calls.deleteLink(id);
    } catch (error) {
      const problem = toProblem(error);
      if (problem.status !== 404) {
        this.rows = inOrder(
          [...this.rows, link],
          before.map((row) => row.id),
        );
        toasts.bad(sentence(problem), { label: 'Try again', run: () => void this.remove(id) });
        return;
      }
    }
    preview.refresh();
    toasts.show(`“${link.title}” deleted`, { action: { label: 'Undo', run: () => void this.restore(link) } });
    void this.#reload();
  }

  async restore(link: Link): Promise<void> {
    try {
      const back = await calls.restoreLink(link.id);
      await this.#reload();
      preview.refresh();
      toasts.good(
        back.slug === link.slug ? `“${back.title}” is back` : `“${back.title}” is back as /${back.slug}`,
      );
    } catch (error) {
      toasts.bad(sentence(error), { label: 'Try again', run: () => void this.restore(link) });
    }
  }

  move(id: string, step: number): void {
    this.reorder(moved(this.rows, id, step).map((row) => row.id));
  }

  reorder(ids: string[]): void {
    const next = pinnedFirst(inOrder(this.rows, ids));
    if (sameOrder(next, this.rows)) return;
    this.rows = next;
    // Many quick moves are one save: it sends the order there is when its turn comes.
    if (this.#orderWaits) return;
    this.#orderWaits = true;
    this.#orderQueue = this.#orderQueue.then(() => this.#saveOrder());
  }

  async keepMine(): Promise<void> {
    const conflict = this.conflict;
    this.conflict = undefined;
    if (!conflict) return;
    this.#confirm(conflict.theirs);
    await this.save(conflict.theirs.id, conflict.mine);
  }

  takeTheirs(): void {
    if (this.conflict) this.#confirm(this.conflict.theirs);
    this.conflict = undefined;
    this.discarded += 1;
    preview.refresh();
  }

  async #save(id: string, change: Change): Promise<boolean> {
    const known = this.#confirmed.get(id);
    if (!known) return false;
    try {
      this.#confirm(await calls.changeLink(id, change, known.version));
      preview.refresh();
      return true;
    } catch (error) {
      await this.#refused(id, change, toProblem(error));
      return false;
    }
  }

  async #refused(id: string, change: Change, problem: Problem): Promise<void> {
    const known = this.#confirmed.get(id);
    if (known) this.#replace(known);
    if (problem.status === 412) {
      const theirs = await calls.link(id).catch(() => undefined);
      if (theirs) this.conflict = { mine: change, theirs };
      return;
    }
    if (problem.status === 404) {
      toasts.bad('This link was deleted in another tab.');
      await this.#reload();
      return;
    }
    if (Object.keys(problem.fields).length > 0) {
      this.#fault(id, Object.keys(change), problem.fields);
      return;
    }
    toasts.bad(sentence(problem), { label: 'Try again', run: () => void this.save(id, change) });
  }

  async #saveOrder(): Promise<void> {
    this.#orderWaits = false;
    const wanted = this.rows.map((row) => row.id);
    try {
      const answer = await calls.orderLinks(wanted, this.#etag);
      this.#etag = answer.etag;
      this.#confirmed = new Map(answer.body.rows.map((row) => [row.id, row]));
      preview.refresh();
    } catch (error) {
      const problem = toProblem(error);
      if (problem.status === 412 && (await this.#orderAgain(wanted))) return;
      await this.#reload();
      toasts.bad(
        problem.status === 412
          ? 'The order was changed in another tab. Here is how it is now.'
          : sentence(problem),
      );
    }
  }

  /** The list's version also grows when a link is added or edited; only a changed order is a real conflict. */
  async #orderAgain(wanted: string[]): Promise<boolean> {
    const seen = [...this.#confirmed.keys()];
    try {
      const now = await calls.links();
      const still = now.body.rows.map((row) => row.id).filter((id) => seen.includes(id));
      if (
        !sameOrder(
          still.map((id) => ({ id })),
          seen.filter((id) => still.includes(id)).map((id) => ({ id })),
        )
      )
        return false;
      const merged = pinnedFirst(inOrder(now.body.rows, wanted));
      this.#take(
        await calls.orderLinks(
          merged.map((row) => row.id),
          now.etag,
        ),
      );
      preview.refresh();
      return true;
    } catch {
      return false;
    }
  }

  async #reload(): Promise<void> {
    const answer = await calls.links().catch(() => undefined);
    if (answer) this.#take(answer);
  }

  #take(answer: { body: { rows: Link[] }; etag: string | undefined }): void {
    this.rows = pinnedFirst(answer.body.rows);
    this.#etag = answer.etag;
    this.#confirmed = new Map(answer.body.rows.map((row) => [row.id, row]));
  }

  #confirm(link: Link): void {
    this.#confirmed.set(link.id, link);
    this.#replace(link);
  }

  #replace(link: Link): void {
    this.rows = pinnedFirst(this.rows.map((row) => (row.id === link.id ? link : row)));
  }

  #show(id: string, change: Change): void {
    this.rows = pinnedFirst(this.rows.map((row) => (row.id === id ? { ...row, ...change } : row)));
  }

  #mark(id: string, busy: boolean): void {
    const next = new Set(this.saving);
    if (busy) next.add(id);
    else next.delete(id);
    this.saving = next;
  }

  #fault(id: string, fields: string[], faults: Record<string, string>): void {
    const kept = Object.entries(this.errors[id] ?? {}).filter(([field]) => !fields.includes(field));
    this.errors = { ...this.errors, [id]: { ...Object.fromEntries(kept), ...faults } };
  }
}
