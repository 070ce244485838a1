// The build: hashed assets, a service worker that keeps the shell, and in development the API of a deployed site or a sandbox.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

const site = process.env.FILLUP_SITE ?? 'http://localhost:8080';
const proxy = { target: site, changeOrigin: true };

export default defineConfig({
  plugins: [
    react(),
    VitePWA({
      // the new version waits until the reader wants it: a page never mixes two
      registerType: 'prompt',
      injectRegister: false,
      includeAssets: ['icon.svg', 'icon-180.png'],
      manifest: {
        id: '/',
        name: 'FillUp',
        short_name: 'FillUp',
        description: 'What you drink in a day, against your goal.',
        lang: 'en',
        start_url: '/',
        scope: '/',
        display: 'standalone',
        categories: ['health', 'lifestyle'],
        theme_color: '#0f6fd1',
        background_color: '#e9f2fb',
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
      workbox: {
        globPatterns: ['**/*.{html,js,css}'],
        navigateFallback: '/index.html',
        navigateFallbackDenylist: [/^\/api\//, /^\/ws/, /^\/config\.json$/],
        cleanupOutdatedCaches: true,
        inlineWorkboxRuntime: true,
      },
    }),
  ],
  build: { target: 'es2022', assetsInlineLimit: 0 },
  server: {
    proxy: { '/api': proxy, '/config.json': proxy, '/ws': { ...proxy, ws: true } },
  },
});
