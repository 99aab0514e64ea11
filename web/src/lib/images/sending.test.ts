import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Problem } from '#lib/api/problem.ts';
import type { Upload } from '#lib/api/types.ts';
import { prepare } from './prepare.ts';
import { Queue } from './queue.svelte.ts';
import { means, Sending } from './sending.svelte.ts';

const real = { ...means };
const photo = (name = 'a.jpg', size = 1000) => new File([new Uint8Array(size)], name, { type: 'image/jpeg' });
const done = { id: 'u', state: 'stored' } as Upload;
let open: { signal: AbortSignal; end: (upload: Upload) => void; fail: (error: unknown) => void }[];

beforeEach(() => {
  open = [];
  means.prepare = async (file) => ({ blob: file.slice(0, 100), why: '' });
  means.send = (_parcel, progress, signal) =>
    new Promise((end, fail) => {
      progress(0.5);
      signal.addEventListener('abort', () => fail(new DOMException('', 'AbortError')));
      open.push({ signal, end, fail });
    });
});

afterEach(() => {
  Object.assign(means, real);
  vi.useRealTimers();
});

const sent = (count = 1) => vi.waitFor(() => expect(open.length).toBe(count));

it('goes from making smaller to sending to done', async () => {
  const one = new Sending(photo(), 'background');
  const ended = one.run();
  expect(one.phase).toBe('preparing');
  await sent();
  expect([one.phase, one.progress, one.prepared?.blob.size]).toEqual(['sending', 0.5, 100]);
  open[0]?.end(done);
  expect(await ended).toBe(done);
  expect(one.phase).toBe('done');
});

it('is called off in the middle without being a failure', async () => {
  const one = new Sending(photo(), 'background');
  const ended = one.run();
  await sent();
  one.cancel();
  expect(await ended).toBeUndefined();
  expect([one.phase, one.problem, open[0]?.signal.aborted]).toEqual(['cancelled', undefined, true]);
});

it('waits out a limit by itself and then goes on', async () => {
  vi.useFakeTimers();
  const one = new Sending(photo(), 'background');
  const ended = one.run();
  await vi.waitFor(() => expect(open.length).toBe(1));
  open[0]?.fail(new Problem(429, {}, 20));
  await vi.waitFor(() => expect(one.pause).toBe(20));
  await vi.advanceTimersByTimeAsync(20_000);
  await vi.waitFor(() => expect(open.length).toBe(2));
  expect(one.pause).toBe(0);
  open[1]?.end(done);
  expect(await ended).toBe(done);
});

it('tells a refusal and sends the same bytes when it is tried again', async () => {
  const prepared = vi.spyOn(means, 'prepare');
  const arrived = vi.fn();
  const queue = new Queue(arrived);
  const one = new Sending(photo(), 'background');
  queue.add(one);
  await sent();
  open[0]?.fail(new Problem(503, { detail: 'The store is full.' }, 300));
  await vi.waitFor(() => expect(one.phase).toBe('failed'));
  expect(one.problem?.detail).toBe('The store is full.');
  queue.retry(one);
  await sent(2);
  open[1]?.end(done);
  await vi.waitFor(() => expect(arrived).toHaveBeenCalledWith(one, done));
  expect(prepared).toHaveBeenCalledOnce();
  expect(queue.rows).toEqual([]);
});

it('sends two at a time, and the next when one is done, failed or cancelled', async () => {
  const queue = new Queue(() => undefined);
  const rows = ['a', 'b', 'c', 'd', 'e'].map((name) => new Sending(photo(name), 'thumbnail'));
  queue.add(...rows);
  await sent(2);
  expect(rows.map(({ phase }) => phase)).toEqual(['sending', 'sending', 'waiting', 'waiting', 'waiting']);
  open[0]?.end(done);
  await sent(3);
  open[1]?.fail(new Problem(415));
  await sent(4);
  queue.cancel(rows[2] as Sending);
  await sent(5);
  queue.cancelAll();
  expect(queue.rows).toEqual([]);
  expect(open.slice(2).every(({ signal }) => signal.aborted)).toBe(true);
});

it('tries again what had no connection, once there is one', async () => {
  const queue = new Queue(() => undefined);
  const [away, refused] = [new Sending(photo(), 'avatar'), new Sending(photo(), 'avatar')];
  queue.add(away, refused);
  await sent(2);
  open[0]?.fail(new Problem(0));
  open[1]?.fail(new Problem(422));
  await vi.waitFor(() => expect([away.phase, refused.phase]).toEqual(['failed', 'failed']));
  queue.online();
  await sent(3);
  expect([away.phase, refused.phase]).toEqual(['sending', 'failed']);
});

it('makes smaller anew what could not be made smaller before it is sent again', async () => {
  means.prepare = async (file) => ({ blob: file, why: 'unable' });
  const one = new Sending(photo(), 'background');
  const first = one.run();
  await sent();
  open[0]?.fail(new Problem(0));
  await first;
  means.prepare = async (file) => ({ blob: file.slice(0, 100), why: '' });
  void one.run();
  await sent(2);
  expect(one.prepared?.blob.size).toBe(100);
});

it('sends the original when the browser cannot make it smaller or gains nothing', async () => {
  const { signal } = new AbortController();
  const file = photo();
  const made = (size: number) => ({ blob: new Blob([new Uint8Array(size)]), width: 1, height: 1 });
  expect(await prepare(file, null, 99, signal, async () => null)).toEqual({ blob: file, why: 'unable' });
  expect(await prepare(file, null, 99, signal, async () => made(2000))).toEqual({ blob: file, why: 'small' });
  const less = await prepare(file, null, 99, signal, async () => made(10));
  expect([less.blob.size, less.why]).toEqual([10, '']);
  const off = AbortSignal.abort();
  await expect(prepare(file, null, 99, off, async () => made(10))).rejects.toThrow();
});
