import { fileURLToPath } from 'node:url';

import tailwindcss from '@tailwindcss/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

import { pagesHeaders } from './tools/pages-headers.ts';

// The API is on the page's own origin, so that its cookies count: in development the platform stands behind this server.
const platform = process.env['PLATFORM_URL'] ?? 'http://localhost:8787';
const proxy = Object.fromEntries(
  ['/api', '/dev', '/docs', '/live', '/files'].map((path) => [
    path,
    { target: platform, changeOrigin: false, ws: true, rewriteWsOrigin: true },
  ]),
);

/** What nearly every page draws with, and which needs nothing large. */
const SHARED = new RegExp(
  [
    '@lucide',
    'src/(api|lib|lookups|session)/',
    'src/design/(Avatar|Badge|Breadcrumbs|Callout|Card|EmptyState|ErrorState|FormField|IconButton|Meter|PageHeader|SearchField)',
    'src/design/(Skeleton|StatusBadge|Tag|TextArea|TextField|Time|Toolbar|statuses|tone)',
  ].join('|'),
);

export default defineConfig({
  base: '/',
  plugins: [vue(), tailwindcss()],
  resolve: {
    alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) },
    // One copy each, wherever a package was installed.
    dedupe: ['vue', 'vue-router', 'pinia'],
  },
  server: { proxy, port: 5173 },
  // The preview answers with the headers of the deployment, so that what its policy forbids is seen before.
  preview: { proxy, port: 4173, headers: pagesHeaders() },
  build: {
    target: 'es2023',
    sourcemap: false,
    assetsInlineLimit: 0,
    manifest: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'vue', test: /node_modules[\\/](@vue[\\/](runtime|reactivity|shared)|vue[\\/]|vue-router|pinia)/ },
            { name: 'query', test: /node_modules[\\/](@tanstack[\\/](vue-query|query-core)|openapi-fetch)/ },
            // Small modules that most pages share come in one file: a request for each costs more than to have some without need.
            { name: 'app', tags: ['$initial'] },
            { name: 'shared', test: SHARED, minShareCount: 5 },
          ],
        },
      },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    setupFiles: ['./tests/setup.ts'],
    restoreMocks: true,
  },
});
