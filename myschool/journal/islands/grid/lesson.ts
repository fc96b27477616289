/** The page lesson by lesson, for a narrow screen: every student with buttons for what is written most. */
import { copyOf } from "@lib/element";
import type { Page } from "./page";
import { titleOf, type Place } from "./table";

const MOST_BUTTONS = 5;
const USUAL_CODES = 2;

export class Lesson {
  readonly element = copyOf("lesson-view");
  #page!: Page;
  #column = 0;

  constructor(
    private readonly write: (place: Place, text: string) => void,
    private readonly menu: (place: Place) => void,
  ) {
    this.element.querySelector("[data-back]")!.addEventListener("click", () => this.#turn(-1));
    this.element.querySelector("[data-on]")!.addEventListener("click", () => this.#turn(1));
    this.#choice.addEventListener("change", () => this.show(this.#page, Number(this.#choice.value)));
  }

  get #choice(): HTMLSelectElement {
    return this.element.querySelector("select")!;
  }

  get #list(): HTMLElement {
    return this.element.querySelector("ul")!;
  }

  show(page: Page, column: number): void {
    this.#page = page;
    this.#column = Math.max(0, Math.min(column, page.columns.length - 1));
    this.#choice.replaceChildren(
      ...page.columns.map((work, place) => new Option(titleOf(work), String(place), false, place === this.#column)),
    );
    this.element.querySelector("[data-topic]")!.textContent = page.columns[this.#column]!.topic;
    this.#drawn(() => this.#list.replaceChildren(...page.students.map((_, row) => this.#line(row))));
  }

  focus(row: number): void {
    this.#buttons(row)[0]?.focus({ preventScroll: true });
  }

  refresh({ row, column }: Place, text?: string): void {
    if (column !== this.#column || !this.#page) return;
    this.#drawn(() => this.#list.children[row]?.replaceWith(this.#line(row, text)));
  }

  #buttons(row: number): HTMLButtonElement[] {
    return [...(this.#list.children[row]?.querySelectorAll("button") ?? [])];
  }

  /** Draws lines anew; the finger or the key stays where it was. */
  #drawn(draw: () => void): void {
    const focused = document.activeElement;
    const row = [...this.#list.children].findIndex((line) => line.contains(focused));
    const button = this.#buttons(row).findIndex((one) => one === focused);
    draw();
    if (button >= 0) this.#buttons(row)[button]?.focus({ preventScroll: true });
  }

  #turn(step: number): void {
    this.show(this.#page, this.#column + step);
  }

  #line(row: number, text?: string): HTMLElement {
    const page = this.#page;
    const [student, work] = [page.students[row]!, page.columns[this.#column]!];
    const place = { row, column: this.#column };
    const held = text ?? page.cell(student, work).text;
    const line = document.createElement("li");
    const name = document.createElement("button");
    name.type = "button";
    name.className = "who";
    name.append(student.name, Object.assign(document.createElement("b"), { textContent: held }));
    name.addEventListener("click", () => this.menu(place));
    line.append(name);
    if (!page.writable(student, work)) return line;
    const marks = page.told.scale.length <= MOST_BUTTONS ? page.told.scale : [];
    const codes = work.position === 1 ? page.told.codes.slice(0, USUAL_CODES).map(([code]) => code) : [];
    const choices = document.createElement("div");
    choices.className = "choices";
    choices.append(
      ...[...marks, ...codes].map((choice) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = choice;
        button.setAttribute("aria-label", `${student.name}: ${choice}`);
        button.setAttribute("aria-pressed", String(held === choice));
        button.addEventListener("click", () => this.write(place, held === choice ? "" : choice));
        return button;
      }),
    );
    line.append(choices);
    return line;
  }
}
