// Fails when what the first view of a route loads outgrows its limit. Compressed with brotli, as the server sends it.
import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { readRoutes } from './routes.js';

const LIMIT_KB = 150;
const build = new URL('../build/', import.meta.url);
const read = (path) => readFileSync(new URL(path, build));
const size = (path) => (path.endsWith('.woff2') ? read(path).length : brotliCompressSync(read(path)).length);

const { first, routes } = readRoutes(build);
let worst = 0;
for (const [route, needs] of routes) {
  const document = `${route.slice(1)}.html`;
  const scripts = [
    ...read(document)
      .toString()
      .matchAll(/<script src="\/([^"]+)"/g),
  ].map(([, path]) => path);
  // Styles that stand in the document are named in it as well, and not loaded.
  const named = read(document).toString();
  const loaded = [...first, ...needs].filter(
    (path) => !named.includes(`"/${path}" rel="stylesheet" disabled`),
  );
  const all = new Set([document, ...scripts, ...loaded]);
  const kb = [...all].reduce((sum, path) => sum + size(path), 0) / 1000;
  worst = Math.max(worst, kb);
  console.log(`${route.padEnd(22)} ${kb.toFixed(1).padStart(6)} kB`);
}
console.log(`limit ${LIMIT_KB} kB, largest ${worst.toFixed(1)} kB`);
if (worst > LIMIT_KB) process.exit(1);
