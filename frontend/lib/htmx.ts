/** htmx as this house uses it: safe under our content policy, and never silent when something fails. */
import htmx from "htmx.org";
import { copyOf, csrfToken } from "@lib/element";

// The policy forbids styles that are not files; base.css has the rules for the indicator.
htmx.config.includeIndicatorCSS = false;
// Going back asks the server for the page anew: nobody's page is kept in the browser's history.
htmx.config.history = "reload";

htmx.on("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.request.method !== "GET") ctx.request.headers["X-CSRFToken"] = csrfToken();
});

// Refusals (4xx) are swapped like any answer: a form shows its errors, and `_error.html` names the notices as its
// place. An answer without a word of ours — no connection, a gateway's page — gets our own words.
htmx.on("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if ((ctx.response?.status ?? 0) < 500 || ctx.text?.includes("<hx-partial")) return;
  event.preventDefault();
  tell("no-answer");
});
htmx.on("htmx:error", ({ detail: { ctx } }) => {
  if (ctx && !ctx.response) tell("no-answer");
});

document.addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.matches("[data-dismiss]")) target.closest(".alert")?.remove();
});

/** Show a prepared notice where screen readers listen. */
function tell(template: string): void {
  document.querySelector("#notices")?.replaceChildren(copyOf(template));
}
