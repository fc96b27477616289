/** Draws the page as a grid once; afterwards only the cells that change are touched. */
import type { Column, Page, Student } from "./page";

/** A cell's place: a student's row and a column; beyond the works lie the average and the final mark. */
export interface Place {
  row: number;
  column: number;
}

const MONTHS = "Январь Февраль Март Апрель Май Июнь Июль Август Сентябрь Октябрь Ноябрь Декабрь".split(" ");
const IN_MONTH = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(" ");
const WEEKDAYS = "вс пн вт ср чт пт сб".split(" ");

export const dayInWords = (day: string): string => `${Number(day.slice(8))} ${IN_MONTH[Number(day.slice(5, 7)) - 1]}`;
const weekday = (day: string): string => WEEKDAYS[new Date(`${day}T12:00:00Z`).getUTCDay()]!;

function made<K extends keyof HTMLElementTagNameMap>(tag: K, text = "", marks: Record<string, string> = {}): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(marks)) element.setAttribute(name, value);
  return element;
}

export class Table {
  readonly element = made("table", "", { role: "grid", class: "mark-table" });
  #cells: HTMLTableCellElement[][] = [];

  constructor(readonly page: Page, label: string, lessonAddress: (lesson: number) => string) {
    this.element.setAttribute("aria-label", label);
    this.element.setAttribute("aria-rowcount", String(page.students.length + 2));
    this.element.setAttribute("aria-colcount", String(page.columns.length + 3));
    this.element.append(this.#head(lessonAddress), this.#body());
  }

  at({ row, column }: Place): HTMLTableCellElement {
    return this.#cells[row]![column]!;
  }

  placeOf(target: EventTarget | null): Place | null {
    const cell = target instanceof Element ? target.closest("td") : null;
    if (!cell?.dataset["place"]) return null;
    const [row, column] = cell.dataset["place"].split(" ").map(Number);
    return { row: row!, column: column! };
  }

  get width(): number {
    return this.page.columns.length + 2;
  }

  get height(): number {
    return this.page.students.length;
  }

  /** Shows what the page holds in a place now; `text` is what a teacher has written and the server not yet stored. */
  show(place: Place, text?: string, state: "" | "saving" | "failed" = ""): void {
    const cell = this.at(place);
    const shown = text ?? this.textAt(place);
    if (cell.textContent !== shown) cell.textContent = shown;
    cell.classList.toggle("saving", state === "saving");
    cell.classList.toggle("failed", state === "failed");
    const column = this.page.columns[place.column];
    if (!column) return;
    cell.classList.toggle("absent", /^[НБУA-ЯЁ]/i.test(shown) && !/^(осв|н\/а|зач|незач)/.test(shown));
    cell.classList.toggle("low", /(^|\/|\s)[12]($|\/|\s)/.test(shown));
    cell.classList.toggle("noted", Boolean(this.page.cell(this.page.students[place.row]!, column).extra?.comment));
  }

  textAt({ row, column }: Place): string {
    const student = this.page.students[row]!;
    const work = this.page.columns[column];
    if (work) return this.page.cell(student, work).text;
    const [average, proposed] = this.page.averages.get(student.id) ?? ["—", ""];
    if (column > this.page.columns.length) return this.page.finals.get(student.id) ?? "";
    return proposed ? `${average} → ${proposed}` : average;
  }

  /** The cell's place, work and content, for a screen reader and for the line below the grid. */
  describe({ row, column }: Place): string {
    const student = this.page.students[row]!;
    const work = this.page.columns[column];
    const text = this.textAt({ row, column }) || "пусто";
    if (!work) return `${student.name}, ${column > this.page.columns.length ? "итоговая отметка" : "средний балл"}: ${text}`;
    const { extra } = this.page.cell(student, work);
    const due = extra?.due ? `, сдать до ${dayInWords(extra.due)}` : "";
    const comment = extra?.comment ? `. ${extra.comment}` : "";
    const closed = this.page.writable(student, work) ? "" : `, ${this.#closed(student, work)}`;
    return `${student.name}, ${titleOf(work)}: ${text}${due}${closed}${comment}`;
  }

  #closed(student: Student, column: Column): string {
    if (column.cancelled) return "урок отменён";
    if (!this.page.present(student, column)) return "в этот день не в группе";
    return column.open === 2 ? "закрыто, можно запросить изменение" : "не изменить";
  }

  #head(lessonAddress: (lesson: number) => string): HTMLTableSectionElement {
    const head = document.createElement("thead");
    const months = made("tr");
    months.append(made("th", "", { class: "who" }));
    for (const [month, count] of runs(this.page.columns.map(({ day }) => MONTHS[Number(day.slice(5, 7)) - 1]!))) {
      const cell = made("th", "", { colspan: String(count), scope: "colgroup", class: "month" });
      cell.append(made("span", month));
      months.append(cell);
    }
    months.append(made("th", "", { class: "average" }), made("th", "", { class: "final" }));
    const days = made("tr");
    days.append(made("th", "Ученик", { scope: "col", class: "who" }));
    for (const column of this.page.columns) days.append(this.#heading(column, lessonAddress(column.lesson)));
    days.append(made("th", "Средний", { scope: "col", class: "average" }), made("th", "Итог", { scope: "col", class: "final" }));
    head.append(months, days);
    return head;
  }

  #heading(column: Column, address: string): HTMLTableCellElement {
    const cell = made("th", "", { scope: "col", title: [titleOf(column), column.topic].filter(Boolean).join(". ") });
    if (column.day === this.page.told.day) cell.className = "today";
    if (column.cancelled) cell.classList.add("cancelled");
    const link = made("a", String(Number(column.day.slice(8))), { href: address, tabindex: "-1", "aria-label": titleOf(column) });
    cell.append(link, made("small", weekday(column.day)));
    if (column.short) cell.append(made("small", column.weight === 1 ? column.short : `${column.short} ×${String(column.weight).replace(".", ",")}`, { class: "work" }));
    return cell;
  }

  /** The student, with the marks that they have brought from another class: these count in the average too. */
  #who(student: Student): HTMLTableCellElement {
    const cell = made("th", student.name, { scope: "row", class: "who" });
    const marks = this.page.elsewhere.get(student.id);
    if (marks) {
      const words = marks.map(([text, day, exclusion]) => `${text} (${dayInWords(day)}${exclusion === "before_transfer" ? ", не учитывается" : ""})`);
      const note = made("small", ` из другого класса: ${marks.map(([text]) => text).join(", ")}`, { title: `Отметки из другого класса: ${words.join("; ")}` });
      cell.append(note);
    }
    return cell;
  }

  #body(): HTMLTableSectionElement {
    const body = document.createElement("tbody");
    this.#cells = this.page.students.map((student, row) => {
      const line = made("tr");
      line.append(this.#who(student));
      const cells = Array.from({ length: this.width }, (_, column) => {
        const cell = made("td", this.textAt({ row, column }), { role: "gridcell", tabindex: "-1", "data-place": `${row} ${column}` });
        this.#dress(cell, student, this.page.columns[column], column);
        return cell;
      });
      line.append(...cells);
      body.append(line);
      return cells;
    });
    for (const [row, cells] of this.#cells.entries()) {
      for (const [column, cell] of cells.entries()) if (cell.textContent) this.show({ row, column });
    }
    return body;
  }

  #dress(cell: HTMLTableCellElement, student: Student, work: Column | undefined, column: number): void {
    if (!work) {
      cell.className = column > this.page.columns.length ? "final" : "average";
      cell.setAttribute("aria-readonly", "true");
      return;
    }
    if (work.day === this.page.told.day) cell.classList.add("today");
    if (this.page.writable(student, work)) return;
    cell.setAttribute("aria-readonly", "true");
    cell.classList.add(work.cancelled || !this.page.present(student, work) ? "outside" : "closed");
  }
}

/** «12 ноября, урок 3, контрольная работа «Дроби»». */
export function titleOf(column: Column): string {
  return [dayInWords(column.day), `урок ${column.number}`, inside(column.title)].filter(Boolean).join(", ");
}

/** A title inside a sentence: «контрольная работа», but «ВПР». */
const inside = (title: string): string =>
  /^.\p{Lu}/u.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1);

function* runs(words: string[]): Generator<[string, number]> {
  for (let start = 0; start < words.length; ) {
    let end = start;
    while (end < words.length && words[end] === words[start]) end += 1;
    yield [words[start]!, end - start];
    start = end;
  }
}
