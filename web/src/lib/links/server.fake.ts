import type { Link } from '#lib/api/types.ts';

/** A very small stand-in for /api/v1/links: versions, refusals and deletes as the real one answers them. */
export class FakeServer {
  rows: Link[];
  version = 1;
  calls: string[] = [];
  /** Answers to give instead, by `METHOD path`; used up one by one. */
  refusals = new Map<string, { status: number; body?: object }[]>();
  #deleted = new Map<string, Link>();

  constructor(titles: string[]) {
    this.rows = titles.map((title, index) => makeLink(title, index));
  }

  refuse(call: string, status: number, body: object = {}): void {
    this.refusals.set(call, [...(this.refusals.get(call) ?? []), { status, body }]);
  }

  /** What another tab does behind this one's back. */
  edit(id: string, change: Partial<Link>): void {
    this.rows = this.rows.map((row) =>
      row.id === id ? { ...row, ...change, version: row.version + 1 } : row,
    );
    this.version += 1;
  }

  fetch = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname.replace('/api/v1', '');
    const { method } = request;
    this.calls.push(`${method} ${path}`);
    const refusal = this.refusals.get(`${method} ${path}`)?.shift();
    if (refusal?.status === 0) throw new TypeError('Failed to fetch');
    if (refusal) return this.#answer(refusal.status, refusal.body);
    const text = await request.text();
    const body = (text ? JSON.parse(text) : {}) as Record<string, unknown>;
    return this.#handle(method, path.split('/').slice(2), body, request.headers.get('If-Match'));
  };

  #handle(
    method: string,
    [id, verb]: string[],
    body: Record<string, unknown>,
    match: string | null,
  ): Response {
    if (!id) return method === 'GET' ? this.#list() : this.#add(body);
    if (id === 'order') return this.#order(body.ids as string[], match);
    if (verb === 'restore') return this.#restore(id);
    const row = this.rows.find((candidate) => candidate.id === id);
    if (!row) return this.#answer(404, { code: 'not-found', title: 'Gone' });
    if (match && match !== `"${row.version}"`) return this.#answer(412, { code: 'changed-elsewhere' });
    if (method === 'DELETE') {
      this.#deleted.set(id, row);
      this.rows = this.rows.filter((candidate) => candidate !== row);
      this.version += 1;
      return this.#answer(204);
    }
    if (method === 'PATCH') this.edit(id, body);
    return this.#answer(
      200,
      this.rows.find((candidate) => candidate.id === id),
    );
  }

  #list(): Response {
    return this.#answer(200, { rows: this.rows, version: this.version }, { ETag: `"${this.version}"` });
  }

  #add(body: Record<string, unknown>): Response {
    const row = { ...makeLink(String(body.url), this.rows.length), ...body } as Link;
    this.rows = [...this.rows, row];
    this.version += 1;
    return this.#answer(201, row);
  }

  #order(ids: string[], match: string | null): Response {
    if (match && match !== `"${this.version}"`) return this.#answer(412, { code: 'changed-elsewhere' });
    this.rows = ids.map((id) => this.rows.find((row) => row.id === id)).filter((row) => row !== undefined);
    this.version += 1;
    return this.#list();
  }

  #restore(id: string): Response {
    const row = this.#deleted.get(id);
    if (!row) return this.#answer(404);
    this.rows = [...this.rows, row].sort((a, b) => a.position - b.position);
    this.version += 1;
    return this.#answer(200, row);
  }

  #answer(status: number, body?: object, headers: Record<string, string> = {}): Response {
    return new Response(body && status !== 204 ? JSON.stringify(body) : null, { status, headers });
  }
}

function makeLink(title: string, position: number): Link {
  return {
    id: title,
    title,
    url: `https://${title}.dev/`,
    slug: title,
    kind: 'website',
    icon: '',
    visible: true,
    pinned: false,
    position,
    thumbnail: null,
    short_url: `http://localhost/ann/${title}`,
    created_at: '2026-11-22T09:00:00Z',
    updated_at: '2026-11-22T09:00:00Z',
    version: 1,
  };
}
