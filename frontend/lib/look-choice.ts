import { PageElement } from "@lib/element";

/** Changes theme and contrast at once, without leaving the page; without it the form asks the server and returns. */
class LookChoice extends PageElement {
  protected enter(life: AbortSignal): void {
    this.addEventListener("submit", (event) => this.#choose(event), { signal: life });
  }

  #choose(event: SubmitEvent): void {
    const { submitter, target } = event;
    if (!(submitter instanceof HTMLButtonElement) || !(target instanceof HTMLFormElement)) return;
    event.preventDefault();
    const { name, value } = submitter;
    document.documentElement.setAttribute(`data-look-${name}`, value);
    for (const button of this.querySelectorAll<HTMLButtonElement>(`button[name="${name}"]`)) {
      button.setAttribute("aria-pressed", String(button === submitter));
    }
    void fetch(`${target.action}?${new URLSearchParams({ [name]: value })}`, { redirect: "manual" });
  }
}

customElements.define("look-choice", LookChoice);
