import adapter from '@sveltejs/adapter-static';
import type { Adapter } from '@sveltejs/kit';
import { sveltekit } from '@sveltejs/kit/vite';
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { writeDocuments } from './scripts/documents.js';

// `npm run dev` works against a running Nameplate: everything the dashboard does not own goes there.
const backend = process.env.NAMEPLATE_DEV_BACKEND ?? 'http://127.0.0.1:8080';

// The public page's icons, without what only the server needs: one drawing of each brand for both.
function icons(): Plugin {
  const file = new URL('../src/nameplate/page/icons.json', import.meta.url);
  const name = 'virtual:icons';
  return {
    name: 'nameplate-icons',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load(id) {
      if (id !== `\0${name}`) return;
      const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, unknown>>;
      const shapes = Object.entries(all).map(([key, { title, path, stroke }]) => [
        key,
        { title, path, stroke },
      ]);
      return `export default ${JSON.stringify(Object.fromEntries(shapes))}`;
    },
  };
}

// SvelteKit's announcer for screen readers hides itself by an inline style, which the policy of these pages forbids.
function announcerByClass(): Plugin {
  let found = false;
  return {
    name: 'nameplate-announcer',
    enforce: 'pre',
    transform(code, id) {
      if (!/@sveltejs\/kit\/src\/runtime\/components\/root\.svelte$/.test(id)) return;
      const changed = code.replace(/\sstyle="position: absolute[^"]*"/, ' class="sr-only"');
      found ||= changed !== code;
      return { code: changed, map: null };
    },
    buildEnd(error) {
      if (!error && !found)
        this.error('The announcer of SvelteKit looks different now: see announcerByClass.');
    },
  };
}

// Every route is a single-page app's; each has its own document all the same, which begins to load what it needs.
function documents(): Adapter {
  const inner = adapter({ fallback: 'index.html' });
  return {
    ...inner,
    async adapt(builder) {
      await inner.adapt(builder);
      writeDocuments(new URL('build/', import.meta.url));
    },
  };
}

export default defineConfig({
  plugins: [
    icons(),
    announcerByClass(),
    sveltekit({
      compilerOptions: {
        runes: ({ filename }) => (filename.split(/[/\\]/).includes('node_modules') ? undefined : true),
      },
      // The server compresses what it serves itself.
      adapter: documents(),
      paths: { relative: false },
      prerender: { crawl: false },
      // Documents that come with a first view come with its style as well: it waits for nothing else.
      inlineStyleThreshold: 65_536,
    }),
  ],
  // No data: addresses; the policy of these pages allows them for images only.
  build: {
    assetsInlineLimit: 0,
    // What most routes share comes in one file: dozens of small ones wait for each other on a slow line.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 5 }] } } },
  },
  server: {
    proxy: { '/api': backend, '/preview': backend, '^/[a-z0-9-]+/qr\\.svg$': backend },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
