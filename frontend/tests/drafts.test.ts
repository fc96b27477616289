import { beforeEach, expect, test, vi } from "vitest";
import { settle } from "@lib/drafts";
import { show } from "./page";

const finished = vi.hoisted(() => ({ request: (_: object): void => {} }));
vi.mock("htmx.org", () => ({
  default: { on: (_: string, then: (event: object) => void) => void (finished.request = then) },
}));
await import("@lib/draft-form");

const FIELDS = `
  <input name="csrf" type="hidden" value="secret">
  <input name="name"><textarea name="text"></textarea>
  <input name="line"><input name="line">
  <select name="levels" multiple><option>6</option><option>7</option><option>8</option></select>
  <input name="agreed" type="checkbox" value="yes">
  <input name="role" type="radio" value="a"><input name="role" type="radio" value="b">
  <input name="password" type="password"><input name="file" type="file">`;

/** The page as the browser opens it. */
function page({ owner = "7", action = "/add/", fields = FIELDS } = {}): HTMLElement {
  show(`
    <template id="draft-notice"><div class="restored"><button type="button">Очистить</button></div></template>
    <draft-form owner="${owner}"><form action="${action}">${fields}</form></draft-form>`);
  return document.querySelector("draft-form")!;
}

const control = (name: string, place = 0) => document.querySelectorAll<HTMLInputElement>(`[name=${name}]`)[place]!;
const options = () => [...document.querySelectorAll("option")];
const isRestored = (): boolean => document.querySelector(".restored") !== null;

function type(name: string, value: string, place = 0): void {
  control(name, place).value = value;
  control(name, place).dispatchEvent(new Event("input", { bubbles: true }));
}

const send = () => document.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true }));

beforeEach(() => {
  sessionStorage.clear();
  page();
});

test("what was typed is put back after a reload, and the page says so", () => {
  type("name", "Анна");
  type("text", "две\nстроки");
  page();
  expect([control("name").value, control("text").value]).toEqual(["Анна", "две\nстроки"]);
  expect(isRestored()).toBe(true);
});

test("choices and ticks are put back as they were, and fields of one name each get their own", () => {
  control("agreed").checked = true;
  control("role", 1).checked = true;
  type("line", "первая", 0);
  type("line", "вторая", 1);
  for (const place of [0, 2]) options()[place]!.selected = true;
  options()[0]!.dispatchEvent(new Event("change", { bubbles: true }));
  page();
  expect(control("agreed").checked).toBe(true);
  expect([control("role", 0).checked, control("role", 1).checked]).toEqual([false, true]);
  expect([control("line", 0).value, control("line", 1).value]).toEqual(["первая", "вторая"]);
  expect(options().map(({ selected }) => selected)).toEqual([true, false, true]);
});

test("a tick that was taken away is not there again", () => {
  const ticked = FIELDS.replace('value="yes"', 'value="yes" checked');
  page({ fields: ticked });
  control("agreed").checked = false;
  type("name", "Анна");
  page({ fields: ticked });
  expect(control("agreed").checked).toBe(false);
});

test("a page on which nothing was typed says nothing", () => {
  page();
  expect(isRestored()).toBe(false);
});

test("secrets, files and what the server has put there are never kept", () => {
  control("csrf").value = "token";
  type("password", "слово");
  type("name", "Анна");
  expect(Object.values({ ...sessionStorage }).join()).not.toMatch(/слово|token/);
});

test("another person, and another address, have drafts of their own", () => {
  type("name", "Анна");
  page({ owner: "8" });
  expect(control("name").value).toBe("");
  page({ action: "/add/?card=3" });
  expect(control("name").value).toBe("");
  page();
  expect(control("name").value).toBe("Анна");
});

test("an accepted form is forgotten", () => {
  type("name", "Анна");
  send();
  settle(true);
  page();
  expect(control("name").value).toBe("");
});

test("a refused form stays, and stays after somebody else's was accepted", () => {
  type("name", "Анна");
  send();
  settle(false);
  settle(true);
  page();
  expect(control("name").value).toBe("Анна");
});

test("a form that was not sent outlives any page that follows", () => {
  type("name", "Анна");
  settle(true);
  page();
  expect(control("name").value).toBe("Анна");
});

test.each([
  [{ method: "POST" }, { status: 200 }, ""],
  [{ method: "POST" }, { status: 422 }, "Анна"],
  [{ method: "POST" }, undefined, "Анна"],
  [{ method: "GET" }, { status: 200 }, "Анна"],
])("after %o was answered by %o the form holds «%s»", (request, response, name) => {
  type("name", "Анна");
  send();
  finished.request({ detail: { ctx: { request, response } } });
  page();
  expect(control("name").value).toBe(name);
});

test("the notice's button empties the form and forgets the draft", () => {
  type("name", "Анна");
  page();
  document.querySelector<HTMLButtonElement>(".restored button")!.click();
  expect(control("name").value).toBe("");
  expect(isRestored()).toBe(false);
  page();
  expect(control("name").value).toBe("");
});

test("what a form fetches later is filled in when it has come, and kept while it is away", async () => {
  type("name", "Анна");
  document.querySelector("form")!.insertAdjacentHTML("beforeend", '<div id="late"><input name="letter"></div>');
  type("letter", "Б");
  document.querySelector("#late")!.remove();
  type("name", "Анна Б");
  page();
  document.querySelector("form")!.insertAdjacentHTML("beforeend", '<div><input name="letter"></div>');
  await new Promise((done) => setTimeout(done));
  expect([control("letter").value, control("name").value]).toEqual(["Б", "Анна Б"]);
});

test("what was put back is seen: the round in which it lies is open", () => {
  const folded = `<details><summary>Ещё</summary>${FIELDS}</details>`;
  page({ fields: folded });
  type("name", "Анна");
  page({ fields: folded });
  expect(document.querySelector("details")!.open).toBe(true);
});
