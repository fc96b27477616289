import { PageElement } from "@lib/element";

/** Ticks all rows at once and counts the ticked ones; without it rows are ticked one by one. */
class BulkChoice extends PageElement {
  protected enter(life: AbortSignal): void {
    this.addEventListener("change", (event) => this.#change(event), { signal: life });
    this.#count();
  }

  get #rows(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("tbody input[type=checkbox]")];
  }

  #change({ target }: Event): void {
    if (target instanceof HTMLInputElement && target.matches("[data-all]")) {
      for (const row of this.#rows) row.checked = target.checked;
    }
    this.#count();
  }

  #count(): void {
    const chosen = this.#rows.filter((row) => row.checked).length;
    const all = this.querySelector<HTMLInputElement>("[data-all]");
    if (all) {
      all.hidden = false;
      all.checked = chosen > 0 && chosen === this.#rows.length;
      all.indeterminate = chosen > 0 && !all.checked;
    }
    const output = this.querySelector("output");
    if (output) output.textContent = String(chosen);
  }
}

customElements.define("bulk-choice", BulkChoice);
