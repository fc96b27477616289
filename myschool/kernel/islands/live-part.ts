/**
 * A part of a page that fetches itself again when the server says that it changed:
 * `<live-part topic="cabinet" hx-get="/" hx-select="#requests" hx-target="#requests" hx-trigger="told">`.
 * Without it the page is right when it is opened, as any page is.
 */
import { PageElement } from "@lib/element";

class LivePart extends PageElement {
  protected enter(life: AbortSignal): void {
    const live = document.querySelector<HTMLMetaElement>('meta[name="live-url"]');
    const topic = this.getAttribute("topic");
    if (!live || !topic) return;
    // What was told between this page's making and the stream's opening is told at once.
    const asked = new URLSearchParams({ topic, since: live.dataset["since"] ?? "" });
    const stream = new EventSource(`${live.content}?${asked}`, { withCredentials: true });
    stream.addEventListener(topic, () => this.dispatchEvent(new Event("told")));
    life.addEventListener("abort", () => stream.close());
  }
}

customElements.define("live-part", LivePart);
