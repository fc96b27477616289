/** Sends the form it stands in; without scripts the form's button does. */
import { PageElement } from "@lib/element";

class SendAtOnce extends PageElement {
  protected enter(): void {
    this.closest("form")?.requestSubmit();
  }
}

customElements.define("send-at-once", SendAtOnce);
