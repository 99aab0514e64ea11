// Fails when what the first view of a route loads outgrows its limit. Compressed with brotli, as the server sends it.
import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

const LIMIT_KB = 150;
const build = new URL('../build/', import.meta.url);
const read = (path) => readFileSync(new URL(path, build));
const size = (path) => (path.endsWith('.woff2') ? read(path).length : brotliCompressSync(read(path)).length);

const html = read('index.html').toString();
const first = [
  'index.html',
  ...[...html.matchAll(/(?:href|src)="\/(_app\/[^"]+)"/g)].map(([, path]) => path),
];
const css = first.filter((path) => path.endsWith('.css')).map((path) => read(path).toString());
const font = /geist-latin-wght-normal[^)"']*\.woff2/.exec(css.join(''))?.[0];
if (font) first.push(`_app/immutable/assets/${font}`);

// The app's entry says which parts each route needs: a list of files, the parts by number, the routes by path.
const entry = first.find((path) => path.includes('/entry/app.'));
const text = read(entry).toString();
const files = JSON.parse(/m\.f=(\[.*?\])/.exec(text)[1]).map((path) =>
  new URL(path, `file:///${entry}`).pathname.slice(1),
);
const parts = [
  ...text.matchAll(/import\(`\.\.\/(nodes\/(\d+)\.[^`]+)`\)(?:,__vite__mapDeps\(\[([\d,]*)\]\))?/g),
];
const needs = new Map(
  parts.map(([, path, number, list]) => [
    Number(number),
    [
      `_app/immutable/${path}`,
      ...(list ?? '')
        .split(',')
        .filter(Boolean)
        .map((index) => files[index]),
    ],
  ]),
);
const routes = [...text.matchAll(/"(\/[\w/]*)":\[(\d+)(?:,\[([\d,]*)\])?\]/g)];
if (routes.length === 0 || needs.size === 0)
  throw new Error(`${entry} is not built the way this script reads it`);

let worst = 0;
for (const [, route, leaf, layouts] of routes) {
  const numbers = [0, Number(leaf), ...(layouts ?? '').split(',').filter(Boolean).map(Number)];
  const all = new Set([...first, ...numbers.flatMap((number) => needs.get(number) ?? [])]);
  const kb = [...all].reduce((sum, path) => sum + size(path), 0) / 1000;
  worst = Math.max(worst, kb);
  console.log(`${route.padEnd(22)} ${kb.toFixed(1).padStart(6)} kB`);
}
console.log(`limit ${LIMIT_KB} kB, largest ${worst.toFixed(1)} kB`);
if (worst > LIMIT_KB) process.exit(1);
