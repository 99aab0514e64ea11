// What happens on the page while somebody looks: one EventSource, and the last events without repetition.
import { Problem, toProblem, type ProblemBody } from '#lib/api/problem.ts';
import { watch } from '#lib/api/request.ts';
import type { LiveEvent, LiveNow } from '#lib/api/types.ts';

export const STREAM = '/api/v1/analytics/live/stream';
const MOST = 100;
const AGAIN = 5000; // ms until a refused stream is asked for again
const PATIENCE = 15_000; // ms in the background after which nobody seems to look

export type Connection = 'connecting' | 'open' | 'lost' | 'degraded';

/** Both without repetition, the newest first. An event may come late, or twice after an interruption. */
export function merged(rows: readonly LiveEvent[], more: readonly LiveEvent[], most = MOST): LiveEvent[] {
  const known = new Set(rows.map((row) => row.id));
  const all = [...rows, ...more.filter((row) => !known.has(row.id))];
  return all.sort((a, b) => b.at.localeCompare(a.at) || b.id.localeCompare(a.id)).slice(0, most);
}

/** What a stream that was refused would say; nothing when it would not be refused now. */
async function whyNot(): Promise<Problem | undefined> {
  const ended = new AbortController();
  const answer = await fetch(STREAM, { signal: ended.signal });
  try {
    return answer.ok ? undefined : new Problem(answer.status, (await answer.json()) as ProblemBody);
  } finally {
    ended.abort();
  }
}

export class Live {
  connection = $state<Connection>('connecting');
  problem = $state.raw<Problem>();
  now = $state.raw<LiveNow>();
  /** Shown, the newest first. */
  rows = $state.raw<LiveEvent[]>([]);
  /** Came while it was paused. */
  waiting = $state.raw<LiveEvent[]>([]);
  paused = $state(false);
  /** Those that came while somebody looked: they slide in. */
  fresh = new Set<string>();
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #began = false;

  open(): void {
    this.close();
    const source = (this.#source = new EventSource(STREAM));
    source.addEventListener('now', (event) => {
      this.now = JSON.parse(event.data as string) as LiveNow;
      this.connection = 'open';
      this.problem = undefined;
    });
    source.addEventListener('events', (event) =>
      this.#take((JSON.parse(event.data as string) as { rows: LiveEvent[] }).rows),
    );
    source.addEventListener('degraded', () => (this.connection = 'degraded'));
    source.onerror = () => {
      this.connection = 'lost';
      // The browser comes again by itself, unless it was refused.
      if (source.readyState === EventSource.CLOSED) void this.#refused();
    };
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = undefined;
  }

  pause(on: boolean): void {
    this.paused = on;
    if (on) return;
    this.rows = merged(this.rows, this.waiting);
    this.waiting = [];
  }

  /** Open while somebody looks at the page; to be called in an effect. */
  follow(): () => void {
    let away: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(away);
      if (document.visibilityState === 'hidden') away = setTimeout(() => this.close(), PATIENCE);
      else if (!this.#source) this.open();
    };
    this.open();
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(away);
      document.removeEventListener('visibilitychange', look);
      this.close();
    };
  }

  #take(rows: LiveEvent[]): void {
    if (this.#began) for (const { id } of rows) this.fresh.add(id);
    this.#began = true;
    if (!this.paused) {
      this.rows = merged(this.rows, rows);
      return;
    }
    const shown = new Set(this.rows.map((row) => row.id));
    this.waiting = merged(
      this.waiting,
      rows.filter((row) => !shown.has(row.id)),
    );
  }

  /** An EventSource does not say why. */
  async #refused(): Promise<void> {
    this.#source = undefined;
    try {
      this.problem = await whyNot();
    } catch (error) {
      this.problem = toProblem(error);
    }
    if (this.problem?.status === 401) watch.signedOut();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.open(), AGAIN);
  }
}
