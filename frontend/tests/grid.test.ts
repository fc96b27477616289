import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PageDocument } from "../../myschool/journal/islands/grid/page";
import { show, template } from "./page";
import "../../myschool/journal/islands/mark-grid";

const PAGE: PageDocument = {
  version: 1,
  day: "2026-09-03",
  group: { id: 1, title: "7А", subject: "Алгебра" },
  term: { id: 3, number: 1, kind: "quarter", from: "2026-09-01", last: "2026-10-25", closed: false },
  scale: ["1", "2", "3", "4", "5"],
  codes: [["Н", "absent", "не был"]],
  work: ["ОУ", 1, "Ответ на уроке", []],
  lessons: [
    [10, "2026-09-02", 1, "planned", 1, "Дроби", []],
    [11, "2026-09-03", 2, "planned", 1, "", []],
    [12, "2026-09-01", 1, "planned", 2, "", []],
  ],
  students: [[4, "Аксёнова Анна", null, null], [5, "Борисов Олег", null, null]],
  cells: [[4, 11, 1, "30.1", "3", null]],
  averages: [[4, "3,00", ""]],
  elsewhere: [],
  finals: [],
};

type Sent = { cell: string; text: string; seen: string };
let page: PageDocument;
let sent: Sent[];
/** What the server answers to a writing; by default it takes it. */
let answers: ((writing: Sent) => Response | undefined)[];

const json = (status: number, told: object) =>
  new Response(JSON.stringify(told), { status, headers: { "Content-Type": "application/json", ETag: String(status) } });

async function serve(address: string, { body }: { body?: URLSearchParams } = {}): Promise<Response> {
  if (!body) return address === "/page/" ? json(200, page) : new Response("");
  const writing = { ...Object.fromEntries(body), cell: address.replace(/\D+/g, " ").trim() } as Sent;
  sent.push(writing);
  const { text } = writing;
  const saved = { seen: `${sent.length}.9`, text, extra: null, average: ["4,00", "4"], version: sent.length };
  return answers.shift()?.(writing) ?? json(200, saved);
}

const pass = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);
const cell = (row: number, column: number) => document.querySelector<HTMLElement>(`[data-place="${row} ${column}"]`)!;
const shown = (row: number, column: number): string => cell(row, column).textContent!;
const said = (): string => document.querySelector(".grid-said")!.textContent!;
const dialog = () => document.querySelector<HTMLDialogElement>("dialog")!;

async function press(key: string, place?: [number, number], more: KeyboardEventInit = {}): Promise<void> {
  if (place) cell(...place).focus();
  document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
  await pass();
}

async function close(value: string): Promise<void> {
  dialog().close(value);
  await pass();
}

const theirs = () => json(409, { detail: "Клетку изменил завуч.", theirs: "2", seen: "77.1" });

beforeEach(async () => {
  vi.useFakeTimers();
  sessionStorage.clear();
  [page, sent, answers] = [structuredClone(PAGE), [], []];
  vi.stubGlobal("fetch", serve);
  show(`<live-part><mark-grid data-url="/page/" data-owner="7" data-group="1">${template("journal/templates/journal/_grid.html")}</mark-grid></live-part>`);
  await pass();
});
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

test("a digit is shown at once and sent with the state in which it was seen", async () => {
  await press("5", [0, 1]);
  expect(shown(0, 1)).toBe("5");
  expect(sent).toEqual([{ cell: "11 4 1", text: "5", seen: "30.1" }]);
  expect(shown(0, 3)).toBe("4,00 → 4");
});

test("what was written is taken back and done again, each time with the newest state", async () => {
  await press("5", [0, 1]);
  await press("z", [0, 1], { ctrlKey: true });
  expect(shown(0, 1)).toBe("3");
  await press("z", [0, 1], { ctrlKey: true, shiftKey: true });
  expect(shown(0, 1)).toBe("5");
  expect(sent.map(({ text, seen }) => [text, seen])).toEqual([["5", "30.1"], ["3", "1.9"], ["5", "2.9"]]);
});

test("a step is taken back in its own cell, although the page has another row and another column by now", async () => {
  await press("5", [1, 0]);
  page.students.unshift([9, "Абрамов Пётр", null, null]);
  page.lessons.unshift([9, "2026-09-01", 1, "planned", 1, "", []]);
  page.cells.push([5, 10, 1, "1.9", "5", null]);
  document.querySelector("live-part")!.dispatchEvent(new Event("told"));
  await pass();
  expect(shown(2, 1)).toBe("5");
  await press("z", [0, 0], { ctrlKey: true });
  expect(sent.at(-1)).toEqual({ cell: "10 5 1", text: "", seen: "1.9" });
  expect([shown(2, 1), shown(1, 0)]).toEqual(["", ""]);
});

test("a step in a lesson that is gone is not taken back anywhere else", async () => {
  await press("5", [0, 1]);
  page.lessons = page.lessons.filter(([id]) => id !== 11);
  document.querySelector("live-part")!.dispatchEvent(new Event("told"));
  await pass();
  await press("z", [0, 0], { ctrlKey: true });
  expect(sent.length).toBe(1);
});

test("of a conflict both texts are shown, and theirs stays unless the teacher decides otherwise", async () => {
  answers = [theirs];
  await press("5", [0, 1]);
  expect(dialog().querySelector("p")!.textContent).toBe("Клетку изменил завуч.");
  expect(dialog().querySelector("[data-theirs]")!.textContent).toBe("2");
  expect(dialog().querySelector("[data-mine]")!.textContent).toBe("5");
  expect(shown(0, 1)).toBe("2");
  await close("theirs");
  expect([sent.length, shown(0, 1)]).toEqual([1, "2"]);
  expect(said()).toContain("уже стоит");
});

test("the teacher's own text is written over what the conflict has shown, and nothing else", async () => {
  answers = [theirs, theirs];
  await press("5", [0, 1]);
  await close("mine");
  expect(sent.at(-1)).toEqual({ cell: "11 4 1", text: "5", seen: "77.1" });
  // Somebody was quicker once more: it is asked again.
  expect(dialog()).not.toBeNull();
  await close("mine");
  expect([sent.length, shown(0, 1)]).toEqual([3, "5"]);
});

test("a refused text stays in its cell, marked, and the reason is told", async () => {
  answers = [() => json(422, { detail: "Такой отметки в шкале нет." })];
  await press("5", [0, 1]);
  expect([shown(0, 1), cell(0, 1).classList.contains("failed")]).toEqual(["5", true]);
  expect(said()).toBe("Такой отметки в шкале нет.");
  expect(sent.length).toBe(1);
});

test("while a writing is on its way the page is not drawn anew; afterwards it is", async () => {
  let answer = (_: Response): void => {};
  const late = new Promise<Response>((done) => (answer = done));
  vi.stubGlobal("fetch", (address: string, told?: { body?: URLSearchParams }) => (told?.body ? late : serve(address)));
  await press("5", [0, 1]);
  page.cells = [[4, 10, 1, "8.1", "4", null]];
  document.querySelector("live-part")!.dispatchEvent(new Event("told"));
  await pass();
  expect([shown(0, 0), shown(0, 1)]).toEqual(["", "5"]);
  answer(json(200, { seen: "9.9", text: "5", extra: null, average: ["5,00", ""], version: 2 }));
  await pass();
  expect(shown(0, 0)).toBe("4");
});

test("a closed lesson takes no mark: its opening is asked for", async () => {
  await press("5", [0, 2]);
  expect([sent.length, shown(0, 2)]).toEqual([0, ""]);
  expect(dialog().querySelector("h2")!.textContent).toBe("Урок закрыт для изменений");
});
