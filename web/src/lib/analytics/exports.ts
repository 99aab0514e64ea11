// Taking numbers away: tables and raw events from the server, what is on the screen from here.
import { Problem, retryAfterSeconds, type ProblemBody } from '#lib/api/problem.ts';
import type { Dimension, Filters } from './filters.ts';

export type Format = 'csv' | 'parquet';
export type Asked = { from: string; to: string; filters: Filters; bots: boolean };
export type Saved = { name: string; body: Blob };
type Cell = string | number | null | undefined;

const V1 = '/api/v1/analytics';

/** The address of the raw events, filtered and ranged as the screen is. */
export function eventsAddress(asked: Asked, format: Format): string {
  return `${V1}/events.${format}?${query(asked)}`;
}

export function tableAddress(dimension: Dimension | 'bot', asked: Asked, format: Format): string {
  return `${V1}/breakdown/${dimension}.${format}?${query(asked)}`;
}

function query({ from, to, filters, bots }: Asked): URLSearchParams {
  return new URLSearchParams({ from, to, ...filters, ...(bots && { bots: 'true' }) });
}

/** The answer; throws a Problem when there is none. */
async function ask(address: string, signal?: AbortSignal): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(address, { ...(signal && { signal }) });
  } catch {
    throw new Problem(0, { code: 'offline', title: 'No connection' });
  }
  if (answer.ok) return answer;
  const body = (await answer.json().catch(() => ({}))) as ProblemBody;
  throw new Problem(answer.status, body, retryAfterSeconds(answer.headers.get('Retry-After')));
}

/** A table: small, so that it is here as a whole before it is saved. */
export async function fetchTable(address: string): Promise<Saved> {
  const answer = await ask(address);
  return { name: fileName(answer.headers.get('Content-Disposition')), body: await answer.blob() };
}

/** Raw events may be gigabytes: the browser itself takes them, once the server has said that it gives them. */
export async function downloadLarge(address: string): Promise<void> {
  const first = new AbortController();
  await ask(address, first.signal);
  first.abort();
  follow(address, '');
}

export function fileName(disposition: string | null): string {
  return /filename="([^"/\\]+)"/.exec(disposition ?? '')?.[1] ?? 'nameplate';
}

export function save({ name, body }: Saved): void {
  const address = URL.createObjectURL(body);
  follow(address, name);
  // The browser reads it after this returns.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function follow(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}

/** What is on the screen, as CSV. Texts a spreadsheet would take for a formula begin with an apostrophe. */
export function csv(columns: string[], rows: Cell[][]): Blob {
  const line = (cells: Cell[]) => `${cells.map(cell).join(',')}\r\n`;
  return new Blob([line(columns), ...rows.map(line)], { type: 'text/csv' });
}

function cell(value: Cell): string {
  if (value == null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
