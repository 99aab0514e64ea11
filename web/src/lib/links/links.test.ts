import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { toasts } from '#lib/state/toasts.svelte.ts';
import { LinkList } from './links.svelte.ts';
import { FakeServer } from './server.fake.ts';

let server: FakeServer;
let list: LinkList;
const titles = () => list.rows.map((row) => row.title);
const settled = () => vi.waitFor(() => expect(list.saving.size).toBe(0));

beforeEach(async () => {
  server = new FakeServer(['a', 'b', 'c']);
  vi.stubGlobal('fetch', server.fetch);
  list = new LinkList();
  await list.load();
});

afterEach(() => {
  for (const toast of toasts.rows) toasts.close(toast.id);
  vi.unstubAllGlobals();
});

it('a change shows before it is saved', async () => {
  const saved = list.save('a', { title: 'new' });
  expect(titles()).toEqual(['new', 'b', 'c']);
  expect(list.saving.has('a')).toBe(true);
  expect(await saved).toBe(true);
  expect(list.find('a')?.version).toBe(2);
  await settled();
});

it('quick changes of one link wait for each other and do not conflict', async () => {
  const saves = [
    list.save('a', { title: '1' }),
    list.save('a', { visible: false }),
    list.save('a', { title: '3' }),
  ];
  expect(await Promise.all(saves)).toEqual([true, true, true]);
  expect(server.rows[0]).toMatchObject({ title: '3', visible: false, version: 4 });
  expect(list.conflict).toBeUndefined();
});

it('a refused value is taken back and its field says why', async () => {
  server.refuse('PATCH /links/a', 422, { fields: { url: 'Not an address.' } });
  expect(await list.save('a', { url: 'x' })).toBe(false);
  expect(list.find('a')?.url).toBe('https://a.dev/');
  expect(list.errors.a).toEqual({ url: 'Not an address.' });
  expect(await list.save('a', { url: 'https://ok.dev/' })).toBe(true);
  expect(list.errors.a).toEqual({});
});

it('without a connection the change is taken back with a way to try again', async () => {
  server.refuse('PATCH /links/a', 0);
  expect(await list.save('a', { title: 'new' })).toBe(false);
  expect(titles()[0]).toBe('a');
  toasts.rows.at(-1)?.action?.run();
  await vi.waitFor(() => expect(server.rows[0]?.title).toBe('new'));
});

it('what another tab changed is shown beside mine and not overwritten', async () => {
  server.edit('a', { title: 'theirs' });
  expect(await list.save('a', { title: 'mine' })).toBe(false);
  expect(list.conflict).toMatchObject({ mine: { title: 'mine' }, theirs: { title: 'theirs' } });
  expect(server.rows[0]?.title).toBe('theirs');
});

it('mine can be kept', async () => {
  server.edit('a', { title: 'theirs' });
  await list.save('a', { title: 'mine' });
  await list.keepMine();
  expect(server.rows[0]?.title).toBe('mine');
  expect(list.conflict).toBeUndefined();
});

it('theirs can be taken', async () => {
  server.edit('a', { title: 'theirs' });
  await list.save('a', { title: 'mine' });
  list.takeTheirs();
  expect(titles()[0]).toBe('theirs');
  expect(server.rows[0]?.title).toBe('theirs');
});

it('a deleted link comes back to its place by undo', async () => {
  await list.remove('b');
  expect(titles()).toEqual(['a', 'c']);
  toasts.rows.at(-1)?.action?.run();
  await vi.waitFor(() => expect(titles()).toEqual(['a', 'b', 'c']));
});

it('a link that could not be deleted stays where it was', async () => {
  server.refuse('DELETE /links/b', 503);
  await list.remove('b');
  expect(titles()).toEqual(['a', 'b', 'c']);
});

it('a link deleted in another tab leaves this one too', async () => {
  server.rows = server.rows.filter((row) => row.id !== 'b');
  expect(await list.save('b', { title: 'x' })).toBe(false);
  await vi.waitFor(() => expect(titles()).toEqual(['a', 'c']));
});

it('many quick moves are saved as one order', async () => {
  list.reorder(['b', 'a', 'c']);
  list.reorder(['b', 'c', 'a']);
  list.reorder(['c', 'b', 'a']);
  expect(titles()).toEqual(['c', 'b', 'a']);
  await vi.waitFor(() => expect(server.rows.map((row) => row.id)).toEqual(['c', 'b', 'a']));
  expect(server.calls.filter((call) => call.startsWith('PUT')).length).toBeLessThanOrEqual(2);
});

it('an order is saved although the list got a new version by an edit', async () => {
  server.edit('a', { title: 'x' });
  list.reorder(['c', 'a', 'b']);
  await vi.waitFor(() => expect(server.rows.map((row) => row.id)).toEqual(['c', 'a', 'b']));
  expect(toasts.rows).toEqual([]);
});

it('an order changed in another tab is shown and not overwritten', async () => {
  server.rows = [...server.rows].reverse();
  server.version += 1;
  list.reorder(['b', 'a', 'c']);
  await vi.waitFor(() => expect(titles()).toEqual(['c', 'b', 'a']));
  expect(toasts.rows.at(-1)?.text).toContain('another tab');
});

it('a pinned link moves to the front at once', async () => {
  await list.save('c', { pinned: true });
  expect(titles()).toEqual(['c', 'a', 'b']);
});
