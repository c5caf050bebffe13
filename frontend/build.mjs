// SPDX-License-Identifier: Apache-2.0
// Builds everything a browser loads into longwatch/web/static/web/dist.
import { build } from "esbuild";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { colourScales } from "./build/colours.mjs";
import { iconSprite } from "./build/sprite.mjs";
import { worldMap } from "./build/world.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "../longwatch/web/static/web/dist");
const modules = join(here, "node_modules");
const fontFile = "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";

const shared = {
  bundle: true,
  minify: true,
  target: ["es2022", "chrome123", "firefox120", "safari17.5"],
  legalComments: "linked",
  logLevel: "warning",
  absWorkingDir: here,
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
// Generated, so kept out of the sources.
await mkdir(join(modules, ".cache/longwatch"), { recursive: true });
await writeFile(join(modules, ".cache/longwatch/scales.css"), await colourScales(modules));

await Promise.all([
  build({ ...shared, entryPoints: ["src/app.css"], outdir: dist, external: ["*.woff2"] }),
  build({ ...shared, entryPoints: ["src/map.css"], outdir: dist, loader: { ".svg": "dataurl" } }),
  build({ ...shared, entryPoints: ["src/app.js", "src/map.js", "src/graph.js", "src/uploads.js"], outdir: dist, format: "esm" }),
  build({
    ...shared,
    entryPoints: [{ in: "maplibre-gl/dist/maplibre-gl-worker.mjs", out: "map-worker" }],
    outdir: dist,
    format: "esm",
  }),
  copyFile(join(modules, fontFile), join(dist, "inter.woff2")),
  copyFile(join(here, "src/icon.svg"), join(dist, "icon.svg")),
  copyFile(join(here, "src/icon-new.svg"), join(dist, "icon-new.svg")),
  iconSprite(modules, join(here, "icons.json")).then((svg) => writeFile(join(dist, "sprite.svg"), svg)),
  worldMap(modules).then((json) => writeFile(join(dist, "world.json"), json)),
]);
