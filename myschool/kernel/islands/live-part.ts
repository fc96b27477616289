/**
 * A part of a page that fetches itself again when the server says that it changed:
 * `<live-part topic="cabinet" hx-get="/" hx-select="#requests" hx-target="this" hx-trigger="told">`.
 * Without it the page is right when it is opened, as any page is.
 */
import { PageElement } from "@lib/element";

class LivePart extends PageElement {
  protected enter(life: AbortSignal): void {
    const address = document.querySelector<HTMLMetaElement>('meta[name="live-url"]')?.content;
    const topic = this.getAttribute("topic");
    if (!address || !topic) return;
    const stream = new EventSource(`${address}?topic=${encodeURIComponent(topic)}`, { withCredentials: true });
    let opened = false;
    stream.addEventListener("open", () => {
      // What was told between two connections is made up for by looking once.
      if (opened) this.dispatchEvent(new Event("told"));
      opened = true;
    });
    stream.addEventListener(topic, () => this.dispatchEvent(new Event("told")));
    life.addEventListener("abort", () => stream.close());
  }
}

customElements.define("live-part", LivePart);
