/**
 * A part of a page that fetches itself again when the server says that it changed:
 * `<live-part topic="cabinet" hx-get="/" hx-select="#requests" hx-target="#requests" hx-trigger="told">`.
 * Without it the page is right when it is opened, as any page is.
 */
import { PageElement } from "@lib/element";
import { listen } from "@lib/live";

class LivePart extends PageElement {
  protected enter(life: AbortSignal): void {
    const topic = this.getAttribute("topic");
    if (topic) listen(topic, life, () => this.dispatchEvent(new Event("told")));
  }
}

customElements.define("live-part", LivePart);
