// Every failed call becomes a Problem: what the server said (RFC 9457), or that it could not be reached.

export interface ProblemBody {
  title?: string;
  detail?: string;
  code?: string;
  fields?: Record<string, string>;
  request_id?: string;
  methods?: string[];
}

export class Problem extends Error {
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number;
  /** The server's stable name of the problem, or `offline`. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** What is wrong with each input field. */
  readonly fields: Record<string, string>;
  /** Seconds the server asks us to wait, if it said so. */
  readonly retryAfter: number | null;
  readonly requestId: string;
  /** With `prove-it-again`: in which ways. */
  readonly methods: string[];

  constructor(status: number, body: ProblemBody = {}, retryAfter: number | null = null) {
    super(body.detail || body.title || `HTTP ${status}`);
    this.name = 'Problem';
    this.status = status;
    this.code = body.code ?? '';
    this.title = body.title ?? '';
    this.detail = body.detail ?? '';
    this.fields = body.fields ?? {};
    this.retryAfter = retryAfter;
    this.requestId = body.request_id ?? '';
    this.methods = body.methods ?? [];
  }

  /** Trying again later may help without changing anything. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Turns whatever a call threw into a Problem; a failed fetch is "offline". */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, { code: 'offline', title: 'No connection' });
}

export function retryAfterSeconds(header: string | null, now = Date.now()): number | null {
  if (!header) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds));
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1000));
}

/** One calm sentence for people: what happened and what to do. */
export function sentence(error: unknown): string {
  const problem = toProblem(error);
  if (problem.status === 0) return 'There is no connection to the server. Check yours and try again.';
  if (problem.status === 429)
    return problem.retryAfter
      ? `That was a little too quick. Try again in ${duration(problem.retryAfter)}.`
      : 'That was a little too quick. Try again in a moment.';
  if (problem.status === 503)
    return problem.detail || 'This part is resting for a moment. Try again shortly.';
  if (problem.status >= 500)
    return `Something went wrong on our side. Try again${problem.requestId ? ` (reference ${problem.requestId})` : ''}.`;
  const fields = Object.values(problem.fields);
  if (fields.length === 1 && fields[0]) return fields[0];
  return problem.detail || problem.title || 'That did not work. Try again.';
}

export function duration(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} minutes`;
  return `${Math.round(minutes / 60)} hours`;
}
