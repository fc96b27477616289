/**
 * Cells on their way to the server: each is kept until the server has answered, through lost connections, a new login
 * and a reload. Cells go one after another in the order they were written, so the second writing of a cell knows what
 * the first has left there.
 */
import { csrfToken } from "@lib/element";
import type { Extra } from "./page";

/** A cell as it shall be; `seen` is the state in which the teacher saw it. */
export interface Writing {
  key: string;
  text: string;
  seen: string;
  due?: string;
  comment?: string;
}

export interface Saved {
  seen: string;
  text: string;
  extra: Extra;
  average: [string, string];
  version: number;
}

/** Why a cell was not written. */
export interface Refused {
  status: number;
  detail: string;
  theirs?: string;
  seen?: string;
  unlock?: boolean;
}

export interface Listener {
  saved(writing: Writing, saved: Saved): void;
  refused(writing: Writing, refused: Refused): void;
  /** How many wait; `trouble` while the server does not answer, or asks for a login. */
  waiting(count: number, trouble: "" | "lost" | "login"): void;
}

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 15000;

export class Queue {
  #writings: Writing[];
  #running = false;
  #pause = FIRST_PAUSE;
  #wake = (): void => {};

  constructor(
    private readonly place: string,
    private readonly address: (key: string) => string,
    private readonly listener: Listener,
  ) {
    this.#writings = JSON.parse(sessionStorage.getItem(place) ?? "[]") as Writing[];
    if (this.#writings.length) void this.#run();
    addEventListener("online", () => this.#wake());
  }

  get size(): number {
    return this.#writings.length;
  }

  /** What waits to be written into a cell, if anything does. */
  waitingFor(key: string): Writing | undefined {
    return this.#writings.findLast((writing) => writing.key === key);
  }

  add(writing: Writing): void {
    // Only the last text of a cell matters, except of the one that is on its way.
    const waiting = this.#writings.findIndex(({ key }, place) => key === writing.key && !(place === 0 && this.#running));
    if (waiting >= 0) this.#writings[waiting] = { ...writing, seen: this.#writings[waiting]!.seen };
    else this.#writings.push(writing);
    this.#keep();
    void this.#run();
  }

  #keep(trouble: "" | "lost" | "login" = ""): void {
    if (this.#writings.length) sessionStorage.setItem(this.place, JSON.stringify(this.#writings));
    else sessionStorage.removeItem(this.place);
    this.listener.waiting(this.#writings.length, trouble);
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#writings.length) {
      const writing = this.#writings[0]!;
      const trouble = await this.#send(writing);
      if (!trouble) {
        this.#pause = FIRST_PAUSE;
        this.#writings.shift();
        this.#keep();
        continue;
      }
      this.#keep(trouble);
      await new Promise<void>((done) => {
        this.#wake = done;
        setTimeout(done, this.#pause);
      });
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    }
    this.#running = false;
  }

  /** Sends one cell; tells what keeps it from being answered, if anything does. */
  async #send(writing: Writing): Promise<"" | "lost" | "login"> {
    const body = new URLSearchParams({ text: writing.text, seen: writing.seen });
    if (writing.due) body.set("due", writing.due);
    if (writing.comment !== undefined) body.set("comment", writing.comment);
    let answer: Response;
    try {
      answer = await fetch(this.address(writing.key), {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
      });
    } catch {
      return "lost";
    }
    if (answer.status === 401) return "login";
    if (answer.status >= 500 || answer.status === 429) return "lost";
    if (answer.ok) {
      const saved = (await answer.json()) as Saved;
      for (const later of this.#writings.slice(1)) if (later.key === writing.key) later.seen = saved.seen;
      this.listener.saved(writing, saved);
    } else {
      this.listener.refused(writing, await refusal(answer));
    }
    return "";
  }
}

async function refusal(answer: Response): Promise<Refused> {
  const told = answer.headers.get("Content-Type")?.includes("json") ? ((await answer.json()) as Partial<Refused>) : {};
  return { detail: "", ...told, status: answer.status };
}
