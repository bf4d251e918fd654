/**
 * Builds the dashboard: `vite build dashboard --outDir … --emptyOutDir`. Served from the root of a
 * Quickwater server.
 */
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env.QUICKWATER_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [react(), tailwindcss()],
  build: {
    // `light-dark()` in the theme is of these.
    target: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The size test follows the entry's imports through this.
    manifest: true,
  },
  server: {
    // The pages are served by Vite, the data by a Quickwater that runs beside it.
    // The server answers its own pages only, so the proxy asks as one of them.
    proxy: {
      "/v1": {
        target: server,
        ws: true,
        changeOrigin: true,
        rewriteWsOrigin: true,
        headers: { origin: server },
      },
    },
  },
});
