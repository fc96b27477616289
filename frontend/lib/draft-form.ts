import htmx from "htmx.org";
import { type Control, forget, has, keep, kept, keyOf, putBack, settle } from "@lib/drafts";
import { copyOf, PageElement } from "@lib/element";

/**
 * Keeps what is typed into its form until the server has accepted it; without it the form is an ordinary form.
 *
 * The draft survives a reload, a lost connection, the end of the session and the login after it.
 */
class DraftForm extends PageElement {
  protected enter(life: AbortSignal): void {
    const changed = putBack(this.#key, this.#controls);
    for (const control of changed) openRound(control);
    if (changed.length) this.#tell();
    // What a form asks for later, such as the classes of a school, is filled in when it has come.
    const late = new MutationObserver((changes) => this.#restoreLate(changes.flatMap((change) => [...change.addedNodes])));
    late.observe(this.#form, { childList: true, subtree: true });
    life.addEventListener("abort", () => late.disconnect());
    this.addEventListener("input", () => this.#keep(false), { signal: life });
    this.addEventListener("change", () => this.#keep(false), { signal: life });
    this.addEventListener("submit", () => has(this.#key) && this.#keep(true), { signal: life });
    this.addEventListener("reset", () => forget(this.#key), { signal: life });
  }

  get #form(): HTMLFormElement {
    return this.querySelector("form")!;
  }

  get #key(): string {
    return keyOf(this.getAttribute("owner")!, this.#form);
  }

  get #controls(): Control[] {
    return kept(this.#form);
  }

  #keep(sent: boolean): void {
    keep(this.#key, this.#controls, sent);
  }

  #restoreLate(nodes: Node[]): void {
    const fresh = this.#controls.filter((one) => nodes.some((node) => node.contains(one)));
    for (const control of putBack(this.#key, fresh)) control.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #tell(): void {
    const notice = copyOf("draft-notice");
    notice.querySelector("button")!.addEventListener("click", () => {
      this.#form.reset();
      notice.remove();
    });
    this.prepend(notice);
  }
}

/** What was put back is seen. */
function openRound(control: Control): void {
  for (let round = control.closest("details"); round; round = round.parentElement?.closest("details") ?? null) round.open = true;
}

// A page that follows a sent form tells its fate: errors, a fault and the login page carry `data-unsaved`.
settle(!document.querySelector("[data-unsaved]"));
htmx.on("htmx:finally:request", ({ detail: { ctx } }) => {
  if (ctx.request.method !== "GET") settle((ctx.response?.status ?? 500) < 400);
});

customElements.define("draft-form", DraftForm);
