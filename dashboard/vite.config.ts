/**
 * Builds the dashboard: `vite build dashboard --outDir … --emptyOutDir`. Served from the root of a
 * Quickwater server.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const server = process.env.QUICKWATER_URL ?? "http://127.0.0.1:8080";
/** Less is sent in one packet either way. */
const packedBytesMin = 1_024;

export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [react(), tailwindcss(), compiledAhead(), packed()],
  build: {
    // `light-dark()` in the theme is of these.
    target: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The size test follows the entry's imports through this.
    manifest: true,
    rolldownOptions: {
      output: {
        // On a slow processor a request costs more than the few kilobytes that not every kind of panel needs.
        codeSplitting: {
          groups: [
            { name: "shell", tags: ["$initial"], priority: 2 },
            {
              name: "panels",
              test: /dashboard[\\/]src[\\/](chart|data|numbers|panels|time)[\\/]/,
              minShareCount: 2,
              priority: 1,
            },
            { name: "menus", test: /node_modules/, minShareCount: 2 },
          ],
        },
      },
    },
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

/**
 * What the first page runs is compiled as it comes, beside the page's thread, instead of function by function
 * when each is first called (V8's explicit compile hints; others take it for a comment).
 */
function compiledAhead(): Plugin {
  return {
    name: "compiled-ahead",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const chunk of Object.values(bundle)) {
          if (chunk.type === "chunk" && (chunk.isEntry || chunk.name === "panels"))
            chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`;
        }
      },
    },
  };
}

/** Beside each file of text the same as small as Brotli makes it, `….br`, for browsers that take that. */
function packed(): Plugin {
  let folder = "";
  const pack = promisify(brotliCompress);
  return {
    name: "packed",
    apply: "build",
    configResolved: ({ root, build }) => {
      folder = resolve(root, build.outDir);
    },
    closeBundle: async () => {
      const files = await readdir(folder, { recursive: true });
      const texts = files
        .filter((file) => /\.(html|js|css|svg|json)$/.test(file))
        .map((file) => join(folder, file));
      await Promise.all(
        texts.map(async (file) => {
          const bytes = await readFile(file);
          if (bytes.length >= packedBytesMin) await writeFile(`${file}.br`, await pack(bytes));
        }),
      );
    },
  };
}
