import htmx from "htmx.org";
import { copyOf, PageElement } from "@lib/element";

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
/** What a person typed, and whether it was sent and is not yet known to have arrived. */
type Draft = { values: [name: string, values: string[]][]; sent: boolean };

const PREFIX = "draft ";
const NEVER_KEPT = new Set(["file", "password", "hidden", "submit", "button", "reset", "image"]);

/**
 * Keeps what is typed into its form until the server has accepted it; without it the form is an ordinary form.
 *
 * The draft lies in the tab's own storage under the owner and the form's address, so that the next person at the
 * same computer never sees it, and survives the end of the session and the login after it.
 */
class DraftForm extends PageElement {
  protected enter(life: AbortSignal): void {
    this.#restore();
    // What a form asks for later, such as the classes of a school, is filled in when it has come.
    const late = new MutationObserver((changes) => this.#restoreLate(changes.flatMap((change) => [...change.addedNodes])));
    late.observe(this.#form, { childList: true, subtree: true });
    life.addEventListener("abort", () => late.disconnect());
    this.addEventListener("input", () => this.#keep(false), { signal: life });
    this.addEventListener("change", () => this.#keep(false), { signal: life });
    this.addEventListener("submit", () => read(this.#key) && this.#keep(true), { signal: life });
    this.addEventListener("reset", () => sessionStorage.removeItem(this.#key), { signal: life });
  }

  get #form(): HTMLFormElement {
    return this.querySelector("form")!;
  }

  get #key(): string {
    // With its query: a form filled in from a chosen card is not the one that was begun by hand.
    const { pathname, search } = new URL(this.#form.getAttribute("action") || location.href, location.href);
    return `${PREFIX}${this.getAttribute("owner")} ${pathname}${search}`;
  }

  get #controls(): Control[] {
    const all = [...this.#form.elements].filter((element) => "value" in element && "name" in element) as Control[];
    return all.filter((control) => control.name && !NEVER_KEPT.has(control.type));
  }

  #keep(sent: boolean): void {
    const there = new Set(this.#controls.map((control) => control.name));
    // What is not there just now may come again: a list that is fetched anew.
    const values = new Map((read(this.#key)?.values ?? []).filter(([name]) => !there.has(name)));
    for (const control of this.#controls) {
      values.set(control.name, [...(values.get(control.name) ?? []), ...chosen(control)]);
    }
    sessionStorage.setItem(this.#key, JSON.stringify({ values: [...values], sent } satisfies Draft));
  }

  #restoreLate(nodes: Node[]): void {
    const values = new Map(read(this.#key)?.values);
    for (const control of this.#controls.filter((one) => nodes.some((node) => node.contains(one)))) {
      const kept = values.get(control.name);
      if (kept && choose(control, kept)) control.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  #restore(): void {
    const values = new Map(read(this.#key)?.values);
    const changed = this.#controls.filter((control) => {
      const kept = values.get(control.name);
      return kept && choose(control, kept);
    });
    if (!changed.length) return;
    for (const control of changed) openRound(control);
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

/** The values that the control would send. */
function chosen(control: Control): string[] {
  if (control instanceof HTMLSelectElement) return [...control.selectedOptions].map((option) => option.value);
  const ticked = !(control instanceof HTMLInputElement) || !isTick(control) || control.checked;
  return ticked ? [control.value] : [];
}

/** Put kept values back; true if that changed anything. */
function choose(control: Control, kept: string[]): boolean {
  const before = chosen(control).join("\n");
  if (control instanceof HTMLSelectElement) {
    for (const option of control.options) option.selected = kept.includes(option.value);
  } else if (control instanceof HTMLInputElement && isTick(control)) {
    control.checked = kept.includes(control.value);
  } else {
    control.value = kept.shift() ?? "";
  }
  return chosen(control).join("\n") !== before;
}

const isTick = (control: HTMLInputElement): boolean => control.type === "checkbox" || control.type === "radio";

function read(key: string): Draft | null {
  return JSON.parse(sessionStorage.getItem(key) ?? "null") as Draft | null;
}

/** Settle what was sent: accepted, its draft goes; refused, it stays. */
function settle(accepted: boolean): void {
  for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX))) {
    const draft = read(key);
    if (!draft?.sent) continue;
    if (accepted) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify({ ...draft, sent: false } satisfies Draft));
  }
}

// A page that follows a sent form tells its fate: errors, a fault and the login page carry `data-unsaved`.
settle(!document.querySelector("[data-unsaved]"));
htmx.on("htmx:finally:request", ({ detail: { ctx } }) => {
  if (ctx.request.method !== "GET") settle((ctx.response?.status ?? 500) < 400);
});

customElements.define("draft-form", DraftForm);
