import { csrfToken, PageElement } from "@lib/element";

const WARNING = 5 * 60;
const MINUTE = 60;
const OVER = 401;

/**
 * Warns before the session ends and lets it go on; at its end nothing of the page stays on the screen, and the server
 * asks for a login. Without it the session simply ends.
 *
 * `data-url` answers with the seconds left of the page's own session as a bare number: GET only tells, POST makes it
 * longer. The server is asked again before each warning, as other tabs may have prolonged the session meanwhile.
 */
class SessionTimer extends PageElement {
  #timeout = 0;
  #until = 0;

  protected enter(life: AbortSignal): void {
    const on = { signal: life };
    this.#button.addEventListener("click", () => void this.#ask("POST"), on);
    // A computer that slept has missed its timeouts.
    document.addEventListener("visibilitychange", () => document.hidden || void this.#ask("GET"), on);
    document.addEventListener("live:ended", () => this.#leave(), on);
    document.addEventListener("live:refused", () => void this.#ask("GET"), on);
    // The browser may keep the page and show it again on the way back, whoever sits there then.
    window.addEventListener("pagehide", () => this.#cover(true), on);
    window.addEventListener("pageshow", ({ persisted }) => persisted && void this.#ask("GET"), on);
    life.addEventListener("abort", () => clearTimeout(this.#timeout));
    this.#show(Number(this.getAttribute("seconds")));
  }

  get #button(): HTMLButtonElement {
    return this.querySelector("button")!;
  }

  #show(seconds: number): void {
    if (seconds <= 0) return this.#leave();
    this.#until = Date.now() + seconds * 1000;
    this.#cover(false);
    this.hidden = seconds > WARNING;
    this.querySelector("[data-minutes]")!.textContent = String(Math.ceil(seconds / MINUTE));
    this.#askIn(seconds > WARNING ? seconds - WARNING : Math.min(seconds, MINUTE));
  }

  #askIn(seconds: number): void {
    clearTimeout(this.#timeout);
    this.#timeout = window.setTimeout(() => void this.#ask("GET"), seconds * 1000 + 500);
  }

  async #ask(method: "GET" | "POST"): Promise<void> {
    const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true" };
    try {
      const answer = await fetch(this.dataset["url"]!, { method, headers, redirect: "manual" });
      if (answer.ok) return this.#show(Number(await answer.text()));
      if (answer.status === OVER) return this.#leave();
    } catch {
      // No connection: the session lives on the server.
    }
    if (Date.now() >= this.#until) this.#cover(true);
    this.#askIn(MINUTE);
  }

  #cover(covered: boolean): void {
    document.documentElement.toggleAttribute("data-covered", covered);
  }

  /** The page asked for again says why a login is needed, and leads back here. */
  #leave(): void {
    clearTimeout(this.#timeout);
    this.#cover(true);
    this.hidden = false;
    this.toggleAttribute("ended", true);
    location.replace(location.pathname + location.search);
  }
}

customElements.define("session-timer", SessionTimer);
