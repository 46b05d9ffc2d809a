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
