/** What was written and not yet taken by the server; it outlives a closed page. */

export interface Unsent {
  key: string;
  text: string;
  replyTo: string;
  urgent: boolean;
}

/** Messages of one conversation, in the order in which they were written. */
export class Outbox {
  constructor(private readonly name: string) {}

  all(): Unsent[] {
    try {
      return JSON.parse(localStorage.getItem(this.name) ?? "[]") as Unsent[];
    } catch {
      return [];
    }
  }

  first(): Unsent | undefined {
    return this.all()[0];
  }

  add(unsent: Unsent): void {
    this.#keep([...this.all(), unsent]);
  }

  drop(key: string): void {
    this.#keep(this.all().filter((one) => one.key !== key));
  }

  #keep(those: Unsent[]): void {
    if (those.length) localStorage.setItem(this.name, JSON.stringify(those));
    else localStorage.removeItem(this.name);
  }
}
