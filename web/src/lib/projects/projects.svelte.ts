import * as calls from '#lib/api/calls.ts';
import type { GithubOverview, Link, Sync } from '#lib/api/types.ts';
import { preview } from '#lib/state/preview.svelte.ts';

// While something is being synced it is looked at every second or two, then once a minute.
const QUICK = 1500;
const SLOW = 60_000;
// Rows are shown without it if it takes longer.
const PATIENCE = 1000;

/** How it stands with the projects on GitHub, by link. Without an answer nothing is shown: links work without it. */
class Projects {
  overview = $state.raw<GithubOverview>();
  /** Whether there was an answer, or too long none: rows that were shown before would grow by it. */
  settled = $state(false);
  #links = '';

  of(id: string): Sync | undefined {
    return this.overview?.rows.find((row) => row.link_id === id);
  }

  async load(): Promise<void> {
    const before = new Map(this.overview?.rows.map((row) => [row.link_id, row.project.changed_at]));
    const answer = await calls.github().catch(() => undefined);
    this.settled = true;
    if (!answer) return;
    const news = answer.rows.some(
      (row) => before.has(row.link_id) && before.get(row.link_id) !== row.project.changed_at,
    );
    this.overview = answer;
    if (news) preview.refresh();
  }

  /** Takes over what a call said of one of them. */
  take(sync: Sync): void {
    if (!this.overview) return;
    const rows = this.overview.rows.map((row) => (row.link_id === sync.link_id ? sync : row));
    this.overview = { ...this.overview, rows };
  }

  /** Looks again when links come and go, soon while something is under way. Returns how to stop. */
  watch(links: Link[]): () => void {
    const now = links.map((link) => `${link.id} ${link.kind} ${link.url}`).join('\n');
    if (now !== this.#links) {
      setTimeout(() => (this.settled = true), PATIENCE);
      void this.load();
    }
    this.#links = now;
    let timer = 0;
    const next = () => {
      const busy = this.overview?.rows.some((row) => row.state === 'syncing');
      timer = window.setTimeout(() => void this.#again(next), busy ? QUICK : SLOW);
    };
    timer = window.setTimeout(next, QUICK);
    return () => window.clearTimeout(timer);
  }

  async #again(next: () => void): Promise<void> {
    if (document.visibilityState === 'visible') await this.load();
    next();
  }
}

export const projects = new Projects();
