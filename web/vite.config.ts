import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

// `npm run dev` works against a running Nameplate: everything the dashboard does not own goes there.
const backend = process.env.NAMEPLATE_DEV_BACKEND ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [
    sveltekit({
      compilerOptions: {
        runes: ({ filename }) => (filename.split(/[/\\]/).includes('node_modules') ? undefined : true),
      },
      // Every route is answered with the same small document; the server compresses what it serves itself.
      adapter: adapter({ fallback: 'index.html' }),
    }),
  ],
  // No data: addresses; the policy of these pages allows them for images only.
  build: { assetsInlineLimit: 0 },
  server: {
    proxy: { '/api': backend, '/preview': backend, '^/[a-z0-9-]+/qr\\.svg$': backend },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
