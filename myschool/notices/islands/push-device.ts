/** «Получать уведомления на этом устройстве»: asks the browser's leave, subscribes, and tells the server of it. */
import { csrfToken, PageElement } from "@lib/element";

class PushDevice extends PageElement {
  protected enter(life: AbortSignal): void {
    const button = this.querySelector("button");
    if (!button || !("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
    if (Notification.permission === "denied") return this.#say("denied");
    this.#say("");
    button.hidden = false;
    button.addEventListener("click", () => void this.#subscribe(button), { signal: life });
  }

  async #subscribe(button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") return this.#say("denied");
      await navigator.serviceWorker.register("/sw.js", { scope: "/" });
      const registration = await navigator.serviceWorker.ready;
      const key = this.dataset["key"] ?? "";
      const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
      const { endpoint, keys } = subscription.toJSON();
      const answer = await fetch(this.dataset["url"] ?? "", {
        method: "POST",
        headers: { "X-CSRFToken": csrfToken() },
        body: new URLSearchParams({ endpoint: endpoint ?? "", p256dh: keys?.["p256dh"] ?? "", auth: keys?.["auth"] ?? "" }),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      button.hidden = true;
      this.#say("done");
    } catch {
      this.#say("failed");
    } finally {
      button.disabled = false;
    }
  }

  #say(what: string): void {
    for (const one of this.querySelectorAll<HTMLElement>("[data-says]")) one.hidden = one.dataset["says"] !== what;
  }
}

customElements.define("push-device", PushDevice);
