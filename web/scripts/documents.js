// A document for each route, which names all that its first view loads: otherwise the browser learns of the route's own
// code only when the code before it has run, and of the data only after that. Routes that are rendered when they are
// built have one already, with that first view in it, which comes before everything else.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readRoutes } from './routes.js';

const MODULE = /\s*<link href="\/([^"]+)" rel="modulepreload">/g;
const START = /import\("\/_app\/immutable\/entry\/start\./g;
// What a page asks for besides what all of the dashboard does.
const MORE = {
  '/dashboard': ['links'],
  '/dashboard/links': ['links', 'github'],
  '/dashboard/images': ['links', 'assets'],
};

/** @param {URL} build The folder of the build, with a slash at its end. */
export function writeDocuments(build) {
  const { first, routes } = readRoutes(build);
  const fonts = first.filter((path) => path.endsWith('.woff2'));
  for (const [route, needs] of routes) {
    const file = new URL(`${route.slice(1)}.html`, build);
    const rendered = existsSync(file);
    const html = readFileSync(rendered ? file : new URL('index.html', build)).toString();
    const links = [...fonts, ...needs].filter((path) => !html.includes(`"/${path}"`)).map(link);
    mkdirSync(new URL('.', file), { recursive: true });
    // The first calls before the style sheets: a script waits for those.
    const whole = html
      .replace('<link ', () => `${early(route)}<link `)
      .replace('</head>', () => `${links.join('\n')}\n</head>`);
    writeFileSync(file, rendered ? painted(whole) : whole);
  }
}

/** The script that makes the first calls of a page of the dashboard.
 *
 * @param {string} route
 */
function early(route) {
  if (!route.startsWith('/dashboard')) return '';
  const more = /** @type {Record<string, string[]>} */ (MORE)[route] ?? [];
  const names = ['account', 'profile', 'config', ...more];
  return `<script>\n${script('early.js').replace('NAMES', () => list(names))}</script>\n`;
}

/** The document of a rendered page, whose modules wait until it has been painted.
 *
 * @param {string} html
 */
function painted(html) {
  const modules = [...html.matchAll(MODULE)].map(([, path]) => `/${path}`);
  if (modules.length === 0 || html.match(START)?.length !== 1)
    throw new Error('SvelteKit starts its pages in another way than this script reads.');
  const after = script('after.js').replace('PATHS', () => list(modules));
  return html
    .replace(MODULE, '')
    .replace(START, (found) => `painted.then(() => ${found}`)
    .replace(/(painted\.then\(\(\) => import\("[^"]+"\))/, '$1)')
    .replace(/<script>(?=\s*\{\s*__sveltekit)/, () => `<script>\n${after}`);
}

/** @param {string} name */
function script(name) {
  return readFileSync(new URL(name, import.meta.url))
    .toString()
    .replace(/^\/\/.*\n/gm, '');
}

/** @param {string[]} texts */
function list(texts) {
  return texts.map((text) => `'${text}'`).join(', ');
}

/** @param {string} path */
function link(path) {
  if (path.endsWith('.woff2'))
    return `<link href="/${path}" rel="preload" as="font" type="font/woff2" crossorigin>`;
  return `<link href="/${path}" rel="${path.endsWith('.css') ? 'stylesheet' : 'modulepreload'}">`;
}
