/**
 * A conversation: new messages come by themselves, what is written is kept in the browser until the server has it.
 * Without it the page is a list and a form.
 */
import { csrfToken, PageElement } from "@lib/element";
import { listen } from "@lib/live";
import { Outbox, type Unsent } from "./talk/outbox";

interface Shown {
  number: number;
  version: number;
  html: string;
}

const AGAIN_MS = 4000;

class ChatTalk extends PageElement {
  #log!: HTMLElement;
  #form: HTMLFormElement | null = null;
  #text: HTMLTextAreaElement | null = null;
  #dialog!: HTMLDialogElement;
  #state!: HTMLElement;
  #outbox!: Outbox;
  #position = 0;
  #last = 0;
  #read = 0;
  #chosen: HTMLElement | undefined;
  #editing = 0;
  #sending = false;
  #isOver = false;
  #names = new Map<string, string>();

  protected enter(life: AbortSignal): void {
    this.#log = this.querySelector(".talk-log") as HTMLElement;
    this.#form = this.querySelector("form.talk-form");
    this.#text = this.#form?.querySelector("textarea") ?? null;
    this.#dialog = this.querySelector("dialog.talk-dialog") as HTMLDialogElement;
    this.#state = this.querySelector(".talk-state") as HTMLElement;
    this.#position = Number(this.dataset["position"]);
    this.#last = Number(this.dataset["last"]);
    this.#read = Number(this.dataset["read"]);
    this.#outbox = new Outbox(`chat-${this.dataset["person"]}-${this.dataset["id"]}`);
    for (const one of document.querySelectorAll<HTMLElement>(".talk-members [data-person]"))
      this.#names.set(one.dataset["name"] ?? "", one.dataset["person"] ?? "");
    for (const one of this.#messages()) this.#own(one);
    listen(this.#topic, life, (word) => this.#hear(word.data), () => this.#position);
    const on = { signal: life };
    this.addEventListener("click", (event) => this.#clicked(event), on);
    this.#form?.addEventListener("submit", (event) => this.#submitted(event), on);
    this.#text?.addEventListener("keydown", (event) => this.#typed(event), on);
    this.#text?.addEventListener("input", () => this.#offerNames(), on);
    this.#form?.querySelector("input[type=file]")?.addEventListener("change", () => this.#showFiles(), on);
    document.addEventListener("live:away", () => this.#say("Связь прервалась. Восстановится сама, написанное не пропадёт."), on);
    document.addEventListener("live:here", () => this.#back(), on);
    document.addEventListener("live:refused", () => this.#close("Вы больше не участник этого чата."), on);
    document.addEventListener("visibilitychange", () => this.#noteRead(), on);
    window.addEventListener("online", () => void this.#send(), on);
    const again = setInterval(() => void this.#send(), AGAIN_MS);
    life.addEventListener("abort", () => clearInterval(again));
    this.#showUnsent();
    this.#showUnread();
    void this.#send();
    this.#noteRead();
  }

  get #topic(): string {
    return `chat:${this.dataset["id"]}`;
  }

  #path(rest: string): string {
    return `/chat/${this.dataset["id"]}/${rest}`;
  }

  #messages(): HTMLElement[] {
    return [...this.#log.querySelectorAll<HTMLElement>(".msg[data-number]")];
  }

  /** What looks otherwise to its author. */
  #own(message: HTMLElement): void {
    message.classList.toggle("msg-own", message.dataset["author"] === this.dataset["person"]);
  }

  #hear(text: string): void {
    const shown = JSON.parse(text) as Shown;
    this.#put(shown, true);
    this.#position = Math.max(this.#position, shown.version);
  }

  /**
   * A message in its place: instead of an older drawing of it, or at the end. What is drawn for all at once does not
   * know which signs are one's own: those stay as they were.
   */
  #put(shown: Shown, isForAll = false): void {
    const there = this.#log.querySelector<HTMLElement>(`#m${shown.number}`);
    const has = Number(there?.dataset["version"] ?? -1);
    if (has > shown.version || (isForAll && has === shown.version)) return;
    const drawn = document.createRange().createContextualFragment(shown.html).firstElementChild as HTMLElement;
    this.#own(drawn);
    if (there) {
      if (isForAll) keepPressed(there, drawn);
      there.replaceWith(drawn);
      return;
    }
    // The page shows an earlier part of the conversation, or this is from before its first message.
    const shownNow = this.#messages();
    const first = Number(shownNow[0]?.dataset["number"] ?? 0);
    if (this.hasAttribute("data-newer") || (shown.number < first && this.#log.querySelector(".msg-older"))) return;
    const follow = this.#isAtEnd() || drawn.classList.contains("msg-own");
    // One's own may be answered before others' earlier ones are heard: each goes where its number says.
    const next = shownNow.find((one) => Number(one.dataset["number"]) > shown.number);
    const before = next ?? this.#log.querySelector(".msg-unsent");
    if (before) before.before(drawn);
    else this.#log.append(drawn);
    this.#last = Math.max(this.#last, shown.number);
    if (follow) this.#toEnd();
    this.#noteRead();
  }

  #isAtEnd(): boolean {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 80;
  }

  #toEnd(): void {
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** Where reading goes on: a line before the first unread message, else the end. */
  #showUnread(): void {
    const first = this.#messages().find((one) => Number(one.dataset["number"]) > this.#read);
    if (location.hash && this.#log.querySelector(location.hash)) {
      this.#log.querySelector(location.hash)?.scrollIntoView({ block: "center" });
    } else if (first && !first.classList.contains("msg-own")) {
      const line = document.createElement("p");
      line.className = "talk-unread";
      line.textContent = "Новые сообщения";
      first.before(line);
      this.#log.scrollTop = line.offsetTop - this.#log.offsetTop - 20;
    } else this.#toEnd();
  }

  #noteRead(): void {
    if (document.visibilityState !== "visible" || this.#last <= this.#read || this.hasAttribute("data-newer")) return;
    const number = (this.#read = this.#last);
    void this.#post("read/", new URLSearchParams({ number: String(number) }));
  }

  #say(words: string): void {
    this.#state.textContent = words;
    this.#state.hidden = !words;
  }

  /** Nobody writes here any more, or this person does not: the reason stands where the box was, beside what was not sent. */
  #close(why: string): void {
    this.#say("");
    this.#isOver = true;
    const line = document.createElement("p");
    line.className = "talk-closed";
    line.setAttribute("role", "status");
    line.textContent = why;
    for (const state of this.#log.querySelectorAll(".msg-unsent .soft")) state.textContent = "не отправлено";
    const form = this.#form;
    const text = this.#text;
    if (form && text?.value) {
      text.readOnly = true;
      form.replaceChildren(line, text);
    } else if (form) form.replaceWith(line);
    else if (!this.querySelector(".talk-closed")) this.#log.after(line);
    this.#form = this.#text = null;
    this.#dialog.close();
    for (const one of this.#dialog.querySelectorAll("[data-do=answer], [data-do=edit]")) one.remove();
  }

  #back(): void {
    this.#say("");
    void this.#send();
  }

  async #post(rest: string, body: FormData | URLSearchParams): Promise<Response | undefined> {
    try {
      const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
      return await fetch(this.#path(rest), { method: "POST", body, headers, redirect: "error" });
    } catch {
      return undefined;
    }
  }

  /** What a door answered: the message as it stands, or the words of a refusal. */
  async #taken(answer: Response): Promise<boolean> {
    if (answer.ok) {
      const told = (await answer.json()) as Shown;
      if (told.number) this.#put(told);
      else location.reload();
      this.#say("");
      return true;
    }
    if (answer.status === 404) this.#say("Этого сообщения больше нет, или чат вам больше не открыт.");
    else this.#say(answer.status === 401 ? "Сеанс закончился. Войдите снова — сообщение сохранено." : await words(answer));
    return false;
  }

  // Sending

  #submitted(event: SubmitEvent): void {
    event.preventDefault();
    const form = this.#form as HTMLFormElement;
    const given = new FormData(form);
    const text = this.#withCalls(String(given.get("text") ?? "")).trim();
    const files = (form.querySelector("input[type=file]") as HTMLInputElement).files;
    if (this.#editing) {
      void this.#edit(text);
      return;
    }
    if (files?.length) {
      given.set("text", text);
      void this.#sendFiles(given);
      return;
    }
    if (!text) return;
    const unsent = {
      key: crypto.randomUUID(),
      text,
      replyTo: String(given.get("reply_to") ?? ""),
      urgent: given.has("urgent"),
    };
    this.#outbox.add(unsent);
    this.#showOne(unsent);
    this.#clear();
    this.#toEnd();
    void this.#send();
  }

  /** Send what waits, in order; what the network did not take stays. */
  async #send(): Promise<void> {
    if (this.#sending || this.#isOver) return;
    this.#sending = true;
    try {
      for (let unsent = this.#outbox.first(); unsent; unsent = this.#outbox.first()) {
        const body = new URLSearchParams({ text: unsent.text, client_key: unsent.key, reply_to: unsent.replyTo });
        if (unsent.urgent) body.set("urgent", "on");
        const answer = await this.#post("messages/", body);
        if (!answer || answer.status >= 500 || answer.status === 401 || answer.status === 429) {
          this.#say("Сообщение ещё не отправлено: нет связи. Отправим, как только она появится.");
          if (answer?.status === 401) await this.#taken(answer);
          return;
        }
        this.#outbox.drop(unsent.key);
        if (answer.status === 403 || answer.status === 404) {
          this.#close(answer.status === 403 ? await words(answer) : "Чат вам больше не открыт. Сообщение не отправлено.");
          return;
        }
        this.#log.querySelector(`[data-key="${unsent.key}"]`)?.remove();
        if (!(await this.#taken(answer))) this.#giveBack(unsent.text);
      }
    } finally {
      this.#sending = false;
    }
  }

  async #sendFiles(given: FormData): Promise<void> {
    this.#say("Отправляем файлы…");
    const answer = await this.#post("messages/", given);
    if (!answer) this.#say("Файлы не отправлены: нет связи. Повторите, когда она появится.");
    else if (await this.#taken(answer)) {
      this.#clear();
      // The next message is another one.
      (this.#form?.elements.namedItem("client_key") as HTMLInputElement).value = crypto.randomUUID();
    }
  }

  async #edit(text: string): Promise<void> {
    const answer = await this.#post(`messages/${this.#editing}/edit/`, new URLSearchParams({ text }));
    if (!answer) this.#say("Не сохранено: нет связи. Повторите.");
    else if (await this.#taken(answer)) this.#clear();
  }

  #showUnsent(): void {
    for (const unsent of this.#outbox.all()) this.#showOne(unsent);
  }

  #showOne(unsent: Unsent): void {
    const shown = document.createElement("article");
    shown.className = "msg msg-own msg-unsent";
    shown.dataset["key"] = unsent.key;
    const body = document.createElement("div");
    body.className = "msg-text";
    body.textContent = unsent.text;
    const state = document.createElement("p");
    state.className = "soft";
    state.textContent = "отправляется…";
    shown.append(body, state);
    this.#log.append(shown);
  }

  #giveBack(text: string): void {
    if (this.#text && !this.#text.value) this.#text.value = text;
  }

  #clear(): void {
    this.#form?.reset();
    this.#editing = 0;
    this.#answering("", "");
    this.#showFiles();
    this.#text?.focus();
  }

  #showFiles(): void {
    const files = this.#form?.querySelector<HTMLInputElement>("input[type=file]")?.files ?? [];
    const shown = this.#form?.querySelector("[data-files]");
    if (shown) shown.textContent = [...files].map((file) => file.name).join(", ");
  }

  #typed(event: KeyboardEvent): void {
    if (event.key === "Escape" && (this.#editing || this.#form?.querySelector<HTMLInputElement>("[name=reply_to]")?.value)) {
      this.#clear();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(hover: hover)").matches) {
      event.preventDefault();
      this.#form?.requestSubmit();
    }
  }

  // Names

  #offerNames(): void {
    const offered = this.querySelector<HTMLElement>(".talk-names");
    if (!offered || !this.#text) return;
    const begun = /@([\p{L}][\p{L}. -]{0,30}|)$/u.exec(this.#text.value.slice(0, this.#text.selectionStart));
    const fitting = begun
      ? [...this.#names.keys()].filter((name) => name.toLowerCase().startsWith((begun[1] ?? "").toLowerCase())).slice(0, 6)
      : [];
    offered.replaceChildren(
      ...fitting.map((name) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-sm";
        button.textContent = name;
        button.addEventListener("click", () => this.#call(name, begun?.[0].length ?? 0));
        return button;
      }),
    );
    offered.hidden = !fitting.length;
  }

  #call(name: string, typed: number): void {
    const text = this.#text as HTMLTextAreaElement;
    text.setRangeText(`@${name} `, text.selectionStart - typed, text.selectionStart, "end");
    text.focus();
    this.#offerNames();
  }

  /** Names that are called, as the server knows them. */
  #withCalls(text: string): string {
    const names = [...this.#names].sort((one, other) => other[0].length - one[0].length);
    return names.reduce((said, [name, person]) => said.replaceAll(`@${name}`, `@[${person}]`), text);
  }

  // What is done with a message

  #clicked(event: Event): void {
    const target = event.target as HTMLElement;
    const older = target.closest<HTMLElement>(".msg-older");
    if (older) {
      void this.#showOlder(older);
      return;
    }
    const message = target.closest<HTMLElement>(".msg[data-number]");
    const sign = target.closest<HTMLElement>(".sign");
    if (message && sign) void this.#deed(message, "react/", { sign: sign.dataset["sign"] ?? "" });
    else if (message && target.closest(".msg-more")) this.#open(message);
    const deed = target.closest<HTMLElement>("[data-do]");
    if (deed) this.#do(deed);
  }

  #open(message: HTMLElement): void {
    this.#chosen = message;
    const isOwn = message.classList.contains("msg-own");
    for (const one of this.#dialog.querySelectorAll<HTMLElement>("[data-for]"))
      one.hidden = one.dataset["for"] === "own" ? !isOwn : one.dataset["for"] === "others" && isOwn;
    for (const link of this.#dialog.querySelectorAll<HTMLAnchorElement>("a[data-do]"))
      link.href = this.#path(`messages/${message.dataset["number"]}/${link.dataset["do"]}/`);
    const pin = this.#dialog.querySelector("[data-do=pin] span");
    if (pin) pin.textContent = "pinned" in message.dataset ? "Открепить" : "Закрепить";
    this.#dialog.showModal();
  }

  #do(deed: HTMLElement): void {
    const message = this.#chosen;
    const name = deed.dataset["do"];
    if (name === "not-answering") this.#answering("", "");
    if (!message || !this.#dialog.contains(deed)) return;
    if (deed instanceof HTMLAnchorElement) return;
    this.#dialog.close();
    if (name === "react") void this.#deed(message, "react/", { sign: deed.dataset["sign"] ?? "" });
    if (name === "pin") void this.#deed(message, "pin/", "pinned" in message.dataset ? {} : { pinned: "on" });
    if (name === "delete") void this.#deed(message, "delete/", {});
    if (name === "answer") this.#answering(message.dataset["number"] ?? "", message.querySelector("b")?.textContent ?? "");
    if (name === "edit") this.#beginEditing(message);
  }

  async #deed(message: HTMLElement, rest: string, given: Record<string, string>): Promise<void> {
    const answer = await this.#post(`messages/${message.dataset["number"]}/${rest}`, new URLSearchParams(given));
    if (answer) await this.#taken(answer);
    else this.#say("Не получилось: нет связи. Повторите.");
  }

  #answering(number: string, author: string): void {
    const field = this.#form?.querySelector<HTMLInputElement>("[name=reply_to]");
    const shown = this.#form?.querySelector<HTMLElement>(".talk-answering");
    if (!field || !shown) return;
    field.value = number;
    shown.hidden = !number;
    (shown.firstElementChild as HTMLElement).textContent = `Ответ: ${author}`;
    if (number) this.#text?.focus();
  }

  #beginEditing(message: HTMLElement): void {
    if (!this.#text) return;
    this.#editing = Number(message.dataset["number"]);
    this.#text.value = written(message.querySelector(".msg-text"));
    this.#text.focus();
    this.#say("Изменяете сообщение. Esc — отменить.");
  }

  async #showOlder(button: HTMLElement): Promise<void> {
    const answer = await fetch(this.#path(`older/?before=${button.dataset["before"]}`)).catch(() => undefined);
    if (!answer?.ok) {
      this.#say("Не получилось: нет связи. Повторите.");
      return;
    }
    const height = this.#log.scrollHeight;
    const older = document.createRange().createContextualFragment(await answer.text());
    for (const one of older.querySelectorAll<HTMLElement>(".msg")) this.#own(one);
    button.replaceWith(older);
    this.#log.scrollTop += this.#log.scrollHeight - height;
    this.#log.focus({ preventScroll: true });
  }
}

function keepPressed(before: HTMLElement, drawn: HTMLElement): void {
  for (const sign of before.querySelectorAll<HTMLElement>(".sign[aria-pressed=true]"))
    drawn.querySelector(`.sign[data-sign="${sign.dataset["sign"]}"]`)?.setAttribute("aria-pressed", "true");
}

/** The words of a refusal. */
async function words(answer: Response): Promise<string> {
  const told = (await answer.json().catch(() => ({}))) as { detail?: string };
  return told.detail ?? "Не получилось. Обновите страницу.";
}

/** What its author had typed, from what is shown of it. */
function written(body: Element | null): string {
  if (!body) return "";
  const copy = body.cloneNode(true) as HTMLElement;
  for (const [tag, mark, gap] of [["strong", "**", ""], ["em", "_", ""], ["code", "`", ""], ["pre", "```", "\n"]] as const)
    for (const one of copy.querySelectorAll(tag)) one.replaceWith(mark, gap, ...one.childNodes, gap, mark);
  for (const one of copy.querySelectorAll("br")) one.replaceWith("\n");
  return copy.textContent ?? "";
}

customElements.define("chat-talk", ChatTalk);
