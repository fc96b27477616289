/** The page in which elements under test live. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Shows a page. Its elements begin when all of it is there, as in a browser, where scripts wait for the page's end. */
export function show(markup: string): void {
  const page = document.createElement("div");
  page.innerHTML = markup;
  document.body.replaceChildren(...page.childNodes);
}

/** A template of the house as the elements see it: without tags, each value by its name in parentheses. */
export function template(path: string): string {
  const text = readFileSync(join(import.meta.dirname, "../../myschool", path), "utf8");
  return text.replace(/{%.*?%}/gs, "").replace(/{{ *(\S+?)(\|.*?)? *}}/g, "($1)");
}
