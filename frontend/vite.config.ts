/** Builds the look and behaviour of every page into `dist/`: hashed names, a manifest, ready-compressed copies. */
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { PurgeCSS } from "purgecss";
import { defineConfig, type Plugin } from "vite";
import { aliases } from "./aliases.ts";

const FRONTEND = fileURLToPath(new URL(".", import.meta.url));
const HOUSE = fileURLToPath(new URL("../myschool", import.meta.url));
const ICONS = join(FRONTEND, "node_modules/@tabler/icons/icons/outline");
/** Every player is one file, called as its format. */
const PLAYERS = globSync("player/*.ts", { cwd: FRONTEND }).map((file) => basename(file, ".ts")).sort();
/** H5P's own files, which its frame asks for by their names. */
const H5P = join(FRONTEND, "node_modules/h5p-standalone/dist");
/** The most an ordinary page may weigh on the wire, styles and scripts together. */
const BUDGET = 45_000;

/** Classes that the cheat-sheet offers are always there. */
const CHEAT_SHEET = join(HOUSE, "../docs/howto/pages.md");

const found = (pattern: string): string[] => globSync(pattern, { cwd: HOUSE }).map((file) => join(HOUSE, file)).sort();
const markup = (): string[] => [
  CHEAT_SHEET,
  ...found("**/{templates,islands}/**/*.{html,ts}"),
  ...globSync(`${FRONTEND}/lib/*.ts`),
];

/** Keeps of Tabler what templates and elements name, in a layer of its own, so that our rules always win. */
function purgedTabler(): Plugin {
  return {
    name: "purged-tabler",
    enforce: "pre",
    async transform(css, id) {
      if (!id.includes("/@tabler/core/")) return null;
      const content = markup();
      for (const file of content) this.addWatchFile(file);
      const [kept] = await new PurgeCSS().purge({
        content,
        css: [{ raw: css }],
        variables: true,
        keyframes: true,
        fontFace: true,
        // Templates compose these from a notice's or status's kind.
        safelist: [/^(alert|status)-(success|info|warning|danger|secondary)$/],
      });
      return { code: `@layer tabler {${kept?.css.replace('@charset "UTF-8";', "")}}`, map: null };
    },
  };
}

/** One sprite of the icons that the house names: in templates, and in Python files that speak of icons. */
function icons(): Plugin {
  return {
    name: "icons",
    buildStart() {
      const names = new Set<string>();
      for (const file of found("**/*.{html,py}").filter((path) => !path.includes("/tests/"))) {
        this.addWatchFile(file);
        for (const name of iconsIn(file)) names.add(name);
      }
      const drawn = { "icons.svg": sprite([...names].sort()), "mark.svg": readFileSync(join(FRONTEND, "mark.svg")) };
      for (const [name, source] of Object.entries(drawn)) {
        this.emitFile({ type: "asset", name, originalFileName: name, source });
      }
    },
  };
}

/** A template says `{% icon "home" %}` or `icon="home"`; in Python any quoted word may name an icon. */
function iconsIn(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const named = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, name]) => name!);
  if (file.endsWith(".html")) return named(/\bicon[ =]["']([a-z0-9-]+)["']/g);
  if (!/\bicon\b/.test(text)) return [];
  return named(/["']([a-z0-9-]+)["']/g).filter((name) => existsSync(drawing(name)));
}

const drawing = (name: string): string => join(ICONS, `${name}.svg`);

function sprite(names: string[]): string {
  const symbols = names.map((name) => {
    // A template's icon that Tabler lacks stops the build here.
    const strokes = readFileSync(drawing(name), "utf8").replace(/^[\s\S]*?<svg[^>]*>|<\/svg>|<path stroke="none"[^>]*>|\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${strokes}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

/** What H5P's frame loads by itself, in a folder named after its version. */
function h5pFiles(): Plugin {
  return {
    name: "h5p-files",
    generateBundle() {
      const names = ["frame.bundle.js", ...globSync("{styles,fonts,images}/**/*.*", { cwd: H5P })];
      for (const name of names) this.emitFile({ type: "asset", fileName: `h5p/${name}`, source: readFileSync(join(H5P, name)) });
    },
  };
}

/** Copies for the server to send as they are; a page grown too heavy stops the build. */
function compressed(): Plugin {
  return {
    name: "compressed",
    writeBundle(options, bundle) {
      let weight = 0;
      for (const file of Object.values(bundle)) {
        if (/\.(woff2?|png|gif|jpg)$/.test(file.fileName)) continue;
        const path = join(options.dir!, file.fileName);
        const plain = readFileSync(path);
        const brotli = brotliCompressSync(plain);
        writeFileSync(`${path}.br`, brotli);
        writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
        if (basename(path).startsWith("main-")) weight += brotli.length;
      }
      this.info(`an ordinary page: ${weight} of ${BUDGET} bytes`);
      if (weight > BUDGET) this.error(`An ordinary page weighs ${weight} bytes, more than ${BUDGET}.`);
    },
  };
}

export default defineConfig({
  root: FRONTEND,
  // Relative addresses work wherever the server puts the files.
  base: "./",
  resolve: {
    alias: aliases,
  },
  build: {
    manifest: "manifest.json",
    assetsDir: "",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ["chrome109", "firefox115", "safari16"],
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        main: join(FRONTEND, "main.ts"),
        "service-worker": join(FRONTEND, "service-worker.ts"),
        // Players of the library run on the content's own origin and are fetched by what plays.
        ...Object.fromEntries(PLAYERS.map((name) => [`player-${name}`, join(FRONTEND, `player/${name}.ts`)])),
        "player-look": join(FRONTEND, "player/player.css"),
      },
    },
  },
  plugins: [purgedTabler(), icons(), h5pFiles(), compressed()],
});
