import { csrfToken, PageElement } from "@lib/element";

const WARNING = 5 * 60;
const MINUTE = 60;

/**
 * Warns before the session ends and lets it go on; without it the session simply ends.
 *
 * `data-url` answers with the seconds left as a bare number: GET only tells, POST makes the session longer.
 * The server is asked again before each warning, as other tabs may have prolonged the session meanwhile.
 */
class SessionTimer extends PageElement {
  #timeout = 0;

  protected enter(life: AbortSignal): void {
    this.#button.addEventListener("click", () => void this.#ask("POST"), { signal: life });
    // A computer that slept has missed its timeouts.
    document.addEventListener("visibilitychange", () => document.hidden || void this.#ask("GET"), { signal: life });
    life.addEventListener("abort", () => clearTimeout(this.#timeout));
    this.#show(Number(this.getAttribute("seconds")));
  }

  get #button(): HTMLButtonElement {
    return this.querySelector("button")!;
  }

  #show(seconds: number): void {
    clearTimeout(this.#timeout);
    this.hidden = seconds > WARNING;
    this.toggleAttribute("ended", seconds <= 0);
    this.querySelector("[data-minutes]")!.textContent = String(Math.ceil(seconds / MINUTE));
    if (seconds <= 0) return;
    const pause = seconds > WARNING ? seconds - WARNING : Math.min(seconds, MINUTE);
    this.#timeout = window.setTimeout(() => void this.#ask("GET"), pause * 1000 + 500);
  }

  async #ask(method: "GET" | "POST"): Promise<void> {
    const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true" };
    try {
      const answer = await fetch(this.dataset["url"]!, { method, headers, redirect: "manual" });
      this.#show(answer.ok ? Number(await answer.text()) : 0);
    } catch {
      // No connection: the session lives on the server, so ask again in a minute.
      this.#timeout = window.setTimeout(() => void this.#ask("GET"), MINUTE * 1000);
    }
  }
}

customElements.define("session-timer", SessionTimer);
