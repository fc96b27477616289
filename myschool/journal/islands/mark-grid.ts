/**
 * The journal's grid: arrows walk, a digit marks, codes note absence, Enter goes down, Ctrl+Z takes back. What is
 * written shows at once and goes to the server by itself; nothing is lost with the connection. On a narrow screen the
 * same page is shown lesson by lesson. Without it there is the printable page.
 */
import { copyOf, csrfToken, PageElement } from "@lib/element";
import { keyOf, Page, type PageDocument } from "./grid/page";
import { Lesson } from "./grid/lesson";
import { Steps } from "./grid/steps";
import { Queue, type Refused, type Saved, type Writing } from "./grid/queue";
import { dayInWords, Table, titleOf, type Place } from "./grid/table";
import { isSign, isWhole, meant, rectangle } from "./grid/typing";

const NARROW = "(max-width: 40em)";

class MarkGrid extends PageElement {
  #page: Page | undefined;
  #table: Table | undefined;
  #lesson: Lesson | undefined;
  #tag = "";
  #here: Place = { row: 0, column: 0 };
  #input: HTMLInputElement | undefined;
  #queue!: Queue;
  #steps = new Steps();
  #failed = new Map<string, string>();
  #written = 0;
  #late = false;

  protected enter(life: AbortSignal): void {
    const { signal } = { signal: life };
    this.#queue = new Queue(`journal ${this.dataset["owner"]} ${this.dataset["group"]}`, (key) => this.#cellAddress(key), {
      saved: (writing, saved) => this.#saved(writing, saved),
      refused: (writing, refused) => this.#refused(writing, refused),
      waiting: (count, trouble) => this.#waiting(count, trouble),
    });
    this.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.addEventListener("click", (event) => this.#click(event), { signal });
    this.addEventListener("dblclick", (event) => this.#table?.placeOf(event.target) && this.#edit(), { signal });
    this.addEventListener("contextmenu", (event) => this.#openMenu(event), { signal });
    this.addEventListener("paste", (event) => this.#paste(event), { signal });
    this.addEventListener("focusin", (event) => this.#focused(event), { signal });
    this.closest("live-part")?.addEventListener("told", () => void this.#fetch(), { signal });
    matchMedia(NARROW).addEventListener("change", () => this.#draw(), { signal });
    addEventListener("beforeunload", (event) => this.#queue.size && event.preventDefault(), { signal });
    document.addEventListener("visibilitychange", () => !document.hidden && void this.#fetch(), { signal });
    void this.#fetch();
  }

  // The page

  /** Whether a teacher is writing, or what they wrote has not arrived: the page must not be drawn anew now. */
  get #busy(): boolean {
    return Boolean(this.#input ?? this.querySelector("dialog[open]")) || this.#queue.size > 0;
  }

  async #fetch(): Promise<void> {
    this.#late = this.#busy;
    if (this.#late) return;
    const written = this.#written;
    let answer: Response;
    try {
      answer = await fetch(this.dataset["url"]!, { headers: { Accept: "application/json", ...(this.#tag && { "If-None-Match": this.#tag }) } });
    } catch {
      if (!this.#page) this.#say("lost");
      return;
    }
    if (answer.status === 304) return;
    if (!answer.ok) return this.#say(answer.status === 401 ? "login" : "lost");
    const fresh = new Page((await answer.json()) as PageDocument);
    // An answer that a writing has overtaken knows less than the page: ask again when the hand rests.
    if (this.#busy || written !== this.#written) return this.#fetch();
    this.#tag = answer.headers.get("ETag") ?? "";
    const before = this.#page;
    this.#page = fresh;
    if (!before) this.#here = { row: 0, column: fresh.nearest };
    this.#draw();
    if (!before) this.dispatchEvent(new Event("drawn"));
  }

  #draw(): void {
    const page = this.#page;
    if (!page) return;
    const hadFocus = this.contains(document.activeElement);
    this.querySelector(".empty-journal")?.remove();
    if (!page.columns.length || !page.students.length) {
      this.#stage.replaceChildren(copyOf(page.students.length ? "no-lessons" : "no-students"));
      return;
    }
    if (matchMedia(NARROW).matches || this.hasAttribute("one-lesson")) {
      this.#table = undefined;
      this.#lesson ??= new Lesson((place, text) => this.#write(place, text), (place) => void this.#menu(place));
      this.#lesson.show(page, this.#here.column);
      if (!this.#lesson.element.isConnected) {
        this.#stage.replaceChildren(this.#lesson.element);
        if (hadFocus) this.#lesson.focus(this.#here.row);
      }
    } else {
      const scrolled = this.#table ? [this.#stage.scrollLeft, this.#stage.scrollTop] : null;
      this.#table = new Table(page, this.getAttribute("label") ?? "", (lesson) => this.#lessonAddress(lesson));
      this.#stage.replaceChildren(this.#table.element);
      this.#here = { row: Math.min(this.#here.row, this.#table.height - 1), column: Math.min(this.#here.column, this.#table.width - 1) };
      this.#table.at(this.#here).tabIndex = 0;
      if (scrolled) this.#stage.scrollTo(scrolled[0]!, scrolled[1]!);
      else this.#toToday();
      if (hadFocus) this.#table.at(this.#here).focus({ preventScroll: true });
    }
    for (const [key, text] of this.#failed) this.#showKey(key, text, "failed");
  }

  get #stage(): HTMLElement {
    return this.querySelector<HTMLElement>(".grid-stage")!;
  }

  #toToday(): void {
    const cell = this.#table!.at({ row: 0, column: this.#here.column });
    this.#stage.scrollLeft = cell.offsetLeft - this.#stage.clientWidth * 0.6;
  }

  #cellAddress(key: string): string {
    const [student, lesson, position] = key.split(":");
    return `/journal/lessons/${lesson}/students/${student}/cells/${position}/`;
  }

  #lessonAddress(lesson: number): string {
    return `/journal/lessons/${lesson}/`;
  }

  #keyAt({ row, column }: Place): string | null {
    const work = this.#page!.columns[column];
    return work ? keyOf(this.#page!.students[row]!.id, work.lesson, work.position) : null;
  }

  #placeOfKey(key: string): Place | null {
    const [student, lesson, position] = key.split(":").map(Number);
    const row = this.#page?.students.findIndex(({ id }) => id === student) ?? -1;
    const column = this.#page?.columns.findIndex((one) => one.lesson === lesson && one.position === position) ?? -1;
    return row < 0 || column < 0 ? null : { row, column };
  }

  #showKey(key: string, text?: string, state: "" | "saving" | "failed" = ""): void {
    const place = this.#placeOfKey(key);
    if (!place) return;
    this.#table?.show(place, text, state);
    this.#lesson?.refresh(place, text);
  }

  // Walking

  #focused(event: FocusEvent): void {
    const place = this.#table?.placeOf(event.target);
    if (!place || this.#input) return;
    this.#table!.at(this.#here).tabIndex = -1;
    this.#here = place;
    const cell = this.#table!.at(place);
    cell.tabIndex = 0;
    const described = this.#table!.describe(place);
    cell.setAttribute("aria-label", described);
    this.querySelector(".grid-line")!.textContent = described;
    // The names and the last columns stay where they are and would cover a cell at the edge.
    const who = this.querySelector<HTMLElement>("tbody th")?.offsetWidth ?? 0;
    const left = cell.offsetLeft - who;
    const right = cell.offsetLeft + cell.offsetWidth + (this.querySelector<HTMLElement>("tbody .average")?.offsetWidth ?? 0) + 64;
    if (!this.#page!.columns[place.column]) return;
    if (left < this.#stage.scrollLeft) this.#stage.scrollLeft = left;
    else if (right > this.#stage.scrollLeft + this.#stage.clientWidth) this.#stage.scrollLeft = right - this.#stage.clientWidth;
  }

  #go(row: number, column: number): void {
    const table = this.#table!;
    const to = { row: Math.max(0, Math.min(row, table.height - 1)), column: Math.max(0, Math.min(column, table.width - 1)) };
    table.at(to).focus();
  }

  #key(event: KeyboardEvent): void {
    if (!this.#table || !this.#page) return;
    if (this.#input) return this.#typingKey(event);
    if (!this.#table.placeOf(event.target)) return;
    const { row, column } = this.#here;
    const control = event.ctrlKey || event.metaKey;
    const ways: Record<string, () => void> = {
      ArrowUp: () => this.#go(row - 1, column),
      ArrowDown: () => this.#go(row + 1, column),
      ArrowLeft: () => this.#go(row, column - 1),
      ArrowRight: () => this.#go(row, column + 1),
      PageUp: () => this.#go(row - 10, column),
      PageDown: () => this.#go(row + 10, column),
      Home: () => this.#go(control ? 0 : row, 0),
      End: () => this.#go(control ? this.#table!.height - 1 : row, control ? this.#page!.columns.length - 1 : this.#table!.width - 1),
      Enter: () => (this.#page!.columns[column] ? this.#edit() : void this.#explain()),
      F2: () => this.#edit(),
      Delete: () => this.#clear(),
      Backspace: () => this.#clear(),
      "?": () => void this.#menu(this.#here),
      ContextMenu: () => void this.#menu(this.#here),
    };
    const way = ways[event.key];
    if (control && /^[zя]$/i.test(event.key)) this.#takeBack(event.shiftKey);
    else if (event.key === "F10" && event.shiftKey) void this.#menu(this.#here);
    else if (way && !event.altKey) way();
    else if (isSign(event)) this.#begin(event.key);
    else return;
    event.preventDefault();
  }

  #click(event: MouseEvent): void {
    const cell = this.#table?.placeOf(event.target);
    if (cell && !this.#page!.columns[cell.column]) void this.#explain();
  }

  // Writing

  #mayWrite(): boolean {
    const work = this.#page!.columns[this.#here.column];
    const student = this.#page!.students[this.#here.row]!;
    if (work && this.#page!.writable(student, work)) return true;
    if (work?.open === 2 && this.#page!.present(student, work)) void this.#askUnlock(work.lesson);
    else this.#tell(this.#table!.describe(this.#here));
    return false;
  }

  #begin(sign: string): void {
    if (!this.#mayWrite()) return;
    if (sign === "/") return this.#edit(`${this.#table!.textAt(this.#here)}/`);
    if (isWhole(sign, this.#page!.told.scale)) this.#write(this.#here, sign);
    else this.#edit(sign);
  }

  #edit(typed?: string): void {
    if (!this.#mayWrite()) return;
    const cell = this.#table!.at(this.#here);
    const input = document.createElement("input");
    input.value = typed ?? this.#failed.get(this.#keyAt(this.#here)!) ?? this.#table!.textAt(this.#here);
    input.dataset["typed"] = typed === undefined ? "" : "yes";
    input.setAttribute("aria-label", this.#table!.describe(this.#here));
    input.autocomplete = "off";
    input.maxLength = 100;
    this.#input = input;
    cell.replaceChildren(input);
    cell.classList.add("editing");
    input.focus();
    if (typed === undefined) input.select();
    input.addEventListener("blur", () => this.#leave(true));
  }

  #typingKey(event: KeyboardEvent): void {
    const { row, column } = this.#here;
    const walks = this.#input!.dataset["typed"] === "yes";
    const steps: Record<string, [number, number]> = {
      Enter: [row + (event.shiftKey ? -1 : 1), column],
      ...(walks && { ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1] }),
    };
    const step = steps[event.key];
    if (event.key === "Escape") this.#leave(false);
    else if (step) {
      this.#leave(true);
      this.#go(...step);
    } else return;
    event.preventDefault();
  }

  /** Makes up for a fetch that was put off. */
  #rest(): void {
    if (this.#late && !this.#busy) void this.#fetch();
  }

  #leave(keeps: boolean): void {
    const input = this.#input;
    if (!input) return;
    this.#input = undefined;
    const cell = this.#table!.at(this.#here);
    const held = cell.contains(document.activeElement);
    cell.classList.remove("editing");
    this.#table!.show(this.#here);
    if (held) cell.focus({ preventScroll: true });
    if (keeps) this.#write(this.#here, input.value);
    this.#rest();
  }

  #clear(): void {
    if (this.#table!.textAt(this.#here) && this.#mayWrite()) this.#write(this.#here, "");
  }

  /** Makes the text the cell's content: shown at once, stored by the queue. */
  #write(place: Place, typed: string, more: { due?: string; comment?: string; undoing?: boolean } = {}): void {
    const key = this.#keyAt(place);
    const page = this.#page!;
    if (!key) return;
    const text = meant(typed.trim(), page.told.codes.map(([code]) => code));
    const student = page.students[place.row]!;
    const before = this.#queue.waitingFor(key)?.text ?? page.cell(student, page.columns[place.column]!).text;
    this.#failed.delete(key);
    if (text === before && more.due === undefined && more.comment === undefined) return this.#showKey(key);
    if (!more.undoing) this.#steps.add({ key, before, after: text });
    const { undoing: _, ...sent } = more;
    this.#written += 1;
    this.#showKey(key, text === "." ? "•" : text, "saving");
    this.#queue.add({ key, text, seen: page.cell(student, page.columns[place.column]!).seen, ...sent });
  }

  #takeBack(again: boolean): void {
    const writing = again ? this.#steps.again() : this.#steps.back();
    // The page may have got other rows and columns since then: the cell is sought by its name.
    const place = writing && this.#placeOfKey(writing.key);
    if (!place) return;
    this.#go(place.row, place.column);
    this.#write(place, writing.text, { undoing: true });
  }

  #saved(writing: Writing, saved: Saved): void {
    const page = this.#page;
    if (!page) return;
    const place = this.#placeOfKey(writing.key);
    page.cells.set(writing.key, { seen: saved.seen, text: saved.text, extra: saved.extra });
    if (!place) return;
    page.averages.set(page.students[place.row]!.id, saved.average);
    if (this.#queue.waitingFor(writing.key) === writing) this.#showKey(writing.key);
    this.#table?.show({ row: place.row, column: page.columns.length });
    if (this.#table && place.row === this.#here.row && place.column === this.#here.column) {
      this.#table.at(place).setAttribute("aria-label", this.#table.describe(place));
    }
    this.#tell((this.#table ?? new Table(page, "", () => "")).describe(place));
  }

  #refused(writing: Writing, refused: Refused): void {
    if (refused.status === 409) return void this.#conflict(writing, refused);
    this.#failed.set(writing.key, writing.text);
    this.#showKey(writing.key, writing.text, "failed");
    const place = this.#placeOfKey(writing.key);
    if (refused.unlock && place) return void this.#askUnlock(this.#page!.columns[place.column]!.lesson);
    this.#tell(refused.detail || this.#text("unknown"), true);
  }

  #waiting(count: number, trouble: "" | "lost" | "login"): void {
    const line = this.querySelector<HTMLElement>(".grid-unsaved")!;
    line.hidden = !count || !trouble;
    line.querySelector("output")!.textContent = String(count);
    line.querySelector<HTMLElement>("a")!.hidden = trouble !== "login";
    this.#rest();
  }

  #paste(event: ClipboardEvent): void {
    if (this.#input || !this.#table || !this.#table.placeOf(event.target)) return;
    const rows = rectangle(event.clipboardData?.getData("text/plain") ?? "");
    const page = this.#page!;
    const writings = rows.flatMap((cells, down) =>
      cells.map((text, right) => ({ text, place: { row: this.#here.row + down, column: this.#here.column + right } })),
    );
    const fitting = writings.filter(({ place }) => {
      const [student, work] = [page.students[place.row], page.columns[place.column]];
      return student && work && page.writable(student, work);
    });
    event.preventDefault();
    if (writings.length === 1 && fitting.length === 1) return this.#write(fitting[0]!.place, fitting[0]!.text);
    const dialog = this.#dialog("paste-dialog");
    dialog.querySelector("[data-count]")!.textContent = String(fitting.length);
    dialog.querySelector<HTMLElement>("[data-outside]")!.hidden = fitting.length === writings.length;
    dialog.querySelector("ul")!.append(
      ...fitting.slice(0, 40).map(({ text, place }) => {
        const line = document.createElement("li");
        line.textContent = `${page.students[place.row]!.name}, ${dayInWords(page.columns[place.column]!.day)}: ${this.#table!.textAt(place) || "—"} → ${text || "—"}`;
        return line;
      }),
    );
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "yes") for (const { text, place } of fitting) this.#write(place, text);
    });
  }

  // Dialogs

  #dialog(id: string): HTMLDialogElement {
    const dialog = copyOf(id) as HTMLDialogElement;
    this.append(dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      this.#table?.at(this.#here).focus({ preventScroll: true });
      this.#rest();
    });
    dialog.showModal();
    return dialog;
  }

  async #conflict(writing: Writing, refused: Refused): Promise<void> {
    const dialog = this.#dialog("conflict-dialog");
    dialog.querySelector("p")!.textContent = refused.detail;
    dialog.querySelector("[data-theirs]")!.textContent = refused.theirs || "—";
    dialog.querySelector("[data-mine]")!.textContent = writing.text || "—";
    const cell = this.#page!.cells.get(writing.key);
    this.#page!.cells.set(writing.key, { seen: refused.seen ?? "", text: refused.theirs ?? "", extra: cell?.extra ?? null });
    this.#showKey(writing.key);
    dialog.addEventListener("close", () => {
      const place = this.#placeOfKey(writing.key);
      if (dialog.returnValue === "mine" && place) this.#write(place, writing.text);
      else this.#tell(this.#text("theirs-kept"));
    });
  }

  #openMenu(event: Event): void {
    const place = this.#table?.placeOf(event.target);
    if (!place || !this.#page!.columns[place.column]) return;
    event.preventDefault();
    this.#table!.at(place).focus({ preventScroll: true });
    void this.#menu(place);
  }

  async #menu(place: Place): Promise<void> {
    const page = this.#page!;
    const [student, work] = [page.students[place.row]!, page.columns[place.column]];
    if (!work) return this.#explain();
    const cell = page.cell(student, work);
    const dialog = this.#dialog("cell-dialog");
    dialog.querySelector("h2")!.textContent = student.name;
    dialog.querySelector("[data-work]")!.textContent = [titleOf(work), work.topic].filter(Boolean).join(". ");
    dialog.querySelector<HTMLAnchorElement>("a")!.href = this.#lessonAddress(work.lesson);
    const field = (name: string): HTMLInputElement => dialog.querySelector<HTMLInputElement>(`[name=${name}]`)!;
    field("text").value = this.#failed.get(this.#keyAt(place)!) ?? cell.text;
    field("comment").value = cell.extra?.comment ?? "";
    field("due").value = cell.extra?.due ?? "";
    const open = page.writable(student, work);
    dialog.querySelector<HTMLFieldSetElement>("fieldset")!.disabled = !open;
    dialog.querySelector<HTMLButtonElement>("[value=save]")!.hidden = !open;
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "save" || !open) return;
      this.#write(place, field("text").value, {
        ...(field("due").value && { due: field("due").value }),
        comment: field("comment").value,
      });
    });
    const answer = await fetch(`${this.#cellAddress(this.#keyAt(place)!)}history/`, { headers: { "HX-Request": "true" } });
    if (answer.ok) dialog.querySelector("[data-history]")!.innerHTML = await answer.text();
  }

  async #explain(): Promise<void> {
    const student = this.#page!.students[this.#here.row]!;
    const dialog = this.#dialog("average-dialog");
    dialog.querySelector("h2")!.textContent = student.name;
    const term = this.#page!.told.term.id ?? "";
    const answer = await fetch(`/journal/groups/${this.dataset["group"]}/students/${student.id}/average/?term=${term}`, {
      headers: { "HX-Request": "true" },
    });
    if (answer.ok) dialog.querySelector("[data-explained]")!.innerHTML = await answer.text();
  }

  async #askUnlock(lesson: number): Promise<void> {
    const dialog = this.#dialog("unlock-dialog");
    dialog.addEventListener("close", async () => {
      if (dialog.returnValue !== "ask") return;
      const body = new URLSearchParams({ reason: dialog.querySelector<HTMLTextAreaElement>("[name=reason]")!.value });
      const answer = await fetch(`/journal/lessons/${lesson}/unlock/`, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
      });
      const told = (await answer.json()) as { message?: string; detail?: string };
      this.#tell(told.message ?? told.detail ?? this.#text("unknown"), !answer.ok);
    });
  }

  // Words

  #text(name: string): string {
    return this.querySelector<HTMLElement>(`[data-text="${name}"]`)?.textContent ?? "";
  }

  #say(name: string): void {
    this.#tell(this.#text(name), true);
  }

  #tell(text: string, alarming = false): void {
    const line = this.querySelector<HTMLElement>(".grid-said")!;
    line.textContent = text;
    line.classList.toggle("alarming", alarming);
  }
}

customElements.define("mark-grid", MarkGrid);
