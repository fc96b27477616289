/** Names by which our own files and islands import: islands lie outside this folder, where Node would not look for packages. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FRONTEND = fileURLToPath(new URL(".", import.meta.url));

export const aliases = {
  "@lib": join(FRONTEND, "lib"),
  "htmx.org": join(FRONTEND, "node_modules/htmx.org"),
  "tus-js-client": join(FRONTEND, "node_modules/tus-js-client"),
};
