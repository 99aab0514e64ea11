import { Problem, retryAfterSeconds, toProblem, type ProblemBody } from './problem.ts';

export interface Tagged<T> {
  body: T;
  etag: string | undefined;
}

interface Options {
  json?: unknown;
  query?: Record<string, string>;
  ifMatch?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Told when a call finds nobody logged in any more. The dashboard's layout sets it. */
export const watch: { signedOut: () => void } = { signedOut: () => undefined };

/** One call to our own API. The session cookie goes along by itself. */
export async function request<T>(method: string, path: string, options: Options = {}): Promise<Tagged<T>> {
  const query = options.query ? `?${new URLSearchParams(options.query)}` : '';
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (options.json !== undefined) headers['Content-Type'] = 'application/json';
  if (options.ifMatch) headers['If-Match'] = options.ifMatch;
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}${query}`, {
      method,
      headers,
      ...(options.json === undefined ? {} : { body: JSON.stringify(options.json) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw toProblem(error);
  }
  const text = await response.text();
  let body: unknown;
  try {
    body = text ? JSON.parse(text) : undefined;
  } catch {
    body = undefined; // a proxy's own HTML page
  }
  if (!response.ok) {
    const wait = retryAfterSeconds(response.headers.get('Retry-After'));
    const problem = new Problem(response.status, (body ?? {}) as ProblemBody, wait);
    if (problem.code === 'not-signed-in') watch.signedOut();
    throw problem;
  }
  return { body: body as T, etag: response.headers.get('ETag') ?? undefined };
}
