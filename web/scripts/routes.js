// What the built dashboard loads for the first view of each route, read from the build itself.
import { readFileSync } from 'node:fs';

/**
 * @param {URL} build The folder of the build, with a slash at its end.
 * @returns {{ first: string[], routes: Map<string, string[]> }} Paths in it: what every document names, and what each
 * route needs besides.
 */
export function readRoutes(build) {
  const read = (/** @type {string} */ path) => readFileSync(new URL(path, build)).toString();
  const first = [...read('index.html').matchAll(/(?:href|src)="\/(_app\/[^"]+)"/g)].map(
    ([, path = '']) => path,
  );
  const css = first.filter((path) => path.endsWith('.css')).map(read);
  const font = /geist-latin-wght-normal[^)"']*\.woff2/.exec(css.join(''))?.[0];
  if (font) first.push(`_app/immutable/assets/${font}`);

  // The app's entry says which parts each route needs: a list of files, the parts by number, the routes by path.
  const entry = first.find((path) => path.includes('/entry/app.')) ?? '';
  const text = read(entry);
  const files = JSON.parse(/m\.f=(\[.*?\])/.exec(text)?.[1] ?? '[]').map((/** @type {string} */ path) =>
    new URL(path, `file:///${entry}`).pathname.slice(1),
  );
  const parts = [
    ...text.matchAll(/import\(`\.\.\/(nodes\/(\d+)\.[^`]+)`\)(?:,__vite__mapDeps\(\[([\d,]*)\]\))?/g),
  ];
  const needs = new Map(
    parts.map(([, path, number, list]) => [
      Number(number),
      [`_app/immutable/${path}`, ...numbers(list).map((index) => /** @type {string} */ (files[index]))],
    ]),
  );
  const routes = new Map(
    [...text.matchAll(/"(\/[\w/]*)":\[(\d+)(?:,\[([\d,]*)\])?\]/g)].map(([, route = '', leaf, layouts]) => {
      const all = [0, ...numbers(layouts), Number(leaf)].flatMap((number) => needs.get(number) ?? []);
      return [route, [...new Set(all)].filter((path) => !first.includes(path))];
    }),
  );
  if (routes.size === 0 || needs.size === 0)
    throw new Error(`${entry} is not built the way this script reads it`);
  return { first, routes };
}

/** @param {string | undefined} list */
function numbers(list) {
  return (list ?? '').split(',').filter(Boolean).map(Number);
}
