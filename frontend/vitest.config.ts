/** Runs the unit tests of the elements and islands, in a made-up page without a browser or a network. */
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { aliases } from "./aliases.ts";

export default defineConfig({
  // Node would take the package's other half, which sends by Node's own means.
  resolve: { alias: { ...aliases, "tus-js-client": join(aliases["tus-js-client"], "lib.esm/browser/index.js") } },
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.ts"],
    // One worker for all: starting one for each file would take longer than the tests.
    isolate: false,
    maxWorkers: 1,
    restoreMocks: true,
    unstubGlobals: true,
  },
});
