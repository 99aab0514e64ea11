import { expect, it } from 'vitest';
import { inOrder, moved, pinnedFirst, sameOrder } from './order.ts';

const rows = [
  { id: 'a', pinned: false },
  { id: 'b', pinned: true },
  { id: 'c', pinned: false },
  { id: 'd', pinned: true },
];
const ids = (list: { id: string }[]) => list.map((row) => row.id).join('');

it('pinned links come first and keep their order', () => {
  expect(ids(pinnedFirst(rows))).toBe('bdac');
});

it('a link moves among those with the same pin only', () => {
  const first = pinnedFirst(rows);
  expect(ids(moved(first, 'c', -1))).toBe('bdca');
  expect(ids(moved(first, 'a', -1))).toBe('bdac');
  expect(ids(moved(first, 'b', 5))).toBe('dbac');
  expect(ids(moved(first, 'a', Infinity))).toBe('bdca');
  expect(ids(moved(first, 'unknown', 1))).toBe('bdac');
});

it('an order knows its equal', () => {
  expect(sameOrder(rows, [...rows])).toBe(true);
  expect(sameOrder(rows, rows.slice(1))).toBe(false);
  expect(sameOrder(rows, [...rows].reverse())).toBe(false);
});

it('my order is kept when another tab added and deleted links', () => {
  const theirs = [{ id: 'new' }, { id: 'a' }, { id: 'c' }, { id: 'd' }];
  expect(ids(inOrder(theirs, ['d', 'b', 'a', 'c']))).toBe('dacnew');
});
