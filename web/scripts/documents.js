// A document for each route, which names all that its first view loads: otherwise the browser learns of the route's own
// code only when the code before it has run, and of the data only after that.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readRoutes } from './routes.js';

/** @param {URL} build The folder of the build, with a slash at its end. */
export function writeDocuments(build) {
  const html = readFileSync(new URL('index.html', build)).toString();
  const { first, routes } = readRoutes(build);
  const fonts = first.filter((path) => path.endsWith('.woff2'));
  for (const [route, needs] of routes) {
    const links = [...fonts, ...needs].map(link);
    // The first calls every page of the dashboard makes; before the style sheets, for which a script waits.
    const early = route.startsWith('/dashboard') ? '<script src="/_app/early.js"></script>\n' : '';
    const file = new URL(`${route.slice(1)}.html`, build);
    mkdirSync(new URL('.', file), { recursive: true });
    writeFileSync(
      file,
      html.replace('<link ', () => `${early}<link `).replace('</head>', () => `${links.join('\n')}\n</head>`),
    );
  }
}

/** @param {string} path */
function link(path) {
  if (path.endsWith('.woff2'))
    return `<link href="/${path}" rel="preload" as="font" type="font/woff2" crossorigin>`;
  return `<link href="/${path}" rel="${path.endsWith('.css') ? 'stylesheet' : 'modulepreload'}">`;
}
