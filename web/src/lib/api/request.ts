import createClient from 'openapi-fetch';
import { patient } from './patience.ts';
import { Problem, retryAfterSeconds, toProblem, type ProblemBody } from './problem.ts';
import type { paths } from './schema';

export interface Tagged<T> {
  body: T;
  etag: string | undefined;
}

/** What the dashboard's layout is told: `signedOut` when a call finds nobody logged in any more, `waiting` the seconds
 * a call waits because of a limit, and 0 when it goes on, `unavailable` when something behind the server is away. */
export const watch: { signedOut: () => void; waiting: (seconds: number) => void; unavailable: () => void } = {
  signedOut: () => undefined,
  waiting: () => undefined,
  unavailable: () => undefined,
};

/** A link to somebody's statistics, while its page is shown: then no session counts. */
export const bearer = { secret: '' };

/** The answer the document asked for before this code was there (scripts/early.js), or one asked for now. */
function send(request: Request): Promise<Response> {
  if (bearer.secret) request.headers.set('Authorization', `Bearer ${bearer.secret}`);
  const early = request.method === 'GET' ? globalThis.nameplateEarly?.get(request.url) : undefined;
  globalThis.nameplateEarly?.delete(request.url);
  return early?.catch(() => globalThis.fetch(request)) ?? globalThis.fetch(request);
}

/** Our own API, typed by its description. The session cookie goes along by itself. */
export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? 'http://localhost' : location.origin,
  headers: { Accept: 'application/json' },
  fetch: patient(send, (seconds) => watch.waiting(seconds)),
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body and ETag of a call. Throws a Problem when it failed, and AbortError when it was called off. */
export async function tagged<T>(call: Promise<Answer<T>>): Promise<Tagged<T>> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw toProblem(error);
  }
  const { data, error, response } = answer;
  if (!response.ok) {
    const wait = retryAfterSeconds(response.headers.get('Retry-After'));
    // A proxy's own error page is a text, not a problem.
    const body = typeof error === 'object' && error !== null ? (error as ProblemBody) : {};
    const problem = new Problem(response.status, body, wait);
    if (problem.code === 'not-signed-in') watch.signedOut();
    if (problem.status === 503) watch.unavailable();
    throw problem;
  }
  return { body: data as T, etag: response.headers.get('ETag') ?? undefined };
}

/** The body of a call. Throws as `tagged` does. */
export async function body<T>(call: Promise<Answer<T>>): Promise<T> {
  return (await tagged(call)).body;
}
