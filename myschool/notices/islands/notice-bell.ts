/** Asks how many notices are unread when a page is shown, and again when the server tells of one. */
import { PageElement } from "@lib/element";
import { listen } from "@lib/live";

class NoticeBell extends PageElement {
  protected enter(life: AbortSignal): void {
    listen("notices", life, () => this.#told());
    // htmx has to have seen the element before it hears the event.
    requestAnimationFrame(() => this.#told());
  }

  #told(): void {
    this.dispatchEvent(new Event("told"));
  }
}

customElements.define("notice-bell", NoticeBell);
