import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Queue, type Listener, type Refused, type Saved, type Writing } from "../../myschool/journal/islands/grid/queue";

const PLACE = "journal 7 1";
const SAVED: Saved = { seen: "2.0", text: "5", extra: null, average: ["5,00", "5"], version: 2 };

/** A server that answers in turn, and remembers what it was sent. */
function server(...answers: (() => Response | Promise<Response>)[]) {
  const sent: Record<string, string>[] = [];
  vi.stubGlobal("fetch", async (address: string, { body }: { body: URLSearchParams }) => {
    sent.push({ address, ...Object.fromEntries(body) });
    const answer = answers.shift();
    if (!answer) throw new TypeError("nobody answers");
    return answer();
  });
  return sent;
}

const json = (status: number, told: object) => () =>
  new Response(JSON.stringify(told), { status, headers: { "Content-Type": "application/json" } });
const saves = (seen: string) => json(200, { ...SAVED, seen });
const lost = (): Response => {
  throw new TypeError("no connection");
};

class Log implements Listener {
  saves: [Writing, Saved][] = [];
  refusals: [Writing, Refused][] = [];
  troubles: [number, string][] = [];
  saved = (...told: [Writing, Saved]): void => void this.saves.push(told);
  refused = (...told: [Writing, Refused]): void => void this.refusals.push(told);
  waiting = (...told: [number, "" | "lost" | "login"]): void => void this.troubles.push(told);
}

const opened = (): [Queue, Log] => {
  const log = new Log();
  return [new Queue(PLACE, (key) => `/cells/${key}/`, log), log];
};
const written = (key: string, text: string, seen = ""): Writing => ({ key, text, seen });
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
});
afterEach(() => vi.useRealTimers());

test("cells go one after another, in the order in which they were written", async () => {
  const sent = server(saves("1.1"), saves("2.1"));
  const [queue, log] = opened();
  queue.add(written("a", "5"));
  queue.add(written("b", "4"));
  expect(sent.length).toBe(1);
  await pass(0);
  expect(sent.map(({ address, text }) => [address, text])).toEqual([["/cells/a/", "5"], ["/cells/b/", "4"]]);
  expect(log.saves.map(([{ key }]) => key)).toEqual(["a", "b"]);
  expect(queue.size).toBe(0);
});

test("what waits in a cell takes the cell's last text, and the state in which it was first seen", async () => {
  const sent = server(saves("1.1"), saves("2.1"));
  const [queue] = opened();
  queue.add(written("a", "5"));
  queue.add(written("b", "4", "old"));
  queue.add(written("b", "3", "never sent"));
  expect(queue.waitingFor("b")?.text).toBe("3");
  await pass(0);
  expect(sent.map(({ text, seen }) => [text, seen])).toEqual([["5", ""], ["3", "old"]]);
});

test("a second text of the cell that is on its way goes after the first, and knows what the first has left", async () => {
  const sent = server(saves("9.9"), saves("10.1"));
  const [queue] = opened();
  queue.add(written("a", "5", "1"));
  queue.add(written("a", "4", "1"));
  await pass(0);
  expect(sent.map(({ text, seen }) => [text, seen])).toEqual([["5", "1"], ["4", "9.9"]]);
});

test("a lost connection is tried again in growing pauses, with everything in its place", async () => {
  const sent = server(lost, () => new Response("", { status: 502 }), json(429, {}), saves("1"));
  const [queue, log] = opened();
  queue.add(written("a", "5"));
  await pass(0);
  expect(log.troubles.at(-1)).toEqual([1, "lost"]);
  await pass(999);
  expect(sent.length).toBe(1);
  await pass(1);
  expect(sent.length).toBe(2);
  await pass(1999);
  expect(sent.length).toBe(2);
  await pass(1);
  expect(sent.length).toBe(3);
  await pass(4000);
  expect(sent.length).toBe(4);
  expect(log.troubles.at(-1)).toEqual([0, ""]);
  expect(log.refusals).toEqual([]);
});

test("pauses grow to a quarter of a minute and no further; an answer makes them short again", async () => {
  const sent = server(lost, lost, lost, lost, lost, lost, lost, saves("1"), lost, saves("2"));
  const [queue] = opened();
  queue.add(written("a", "5"));
  await pass(1000 + 2000 + 4000 + 8000 + 15_000 + 15_000 + 15_000);
  expect(sent.length).toBe(8);
  queue.add(written("b", "4"));
  await pass(1000);
  expect(sent.length).toBe(10);
});

test("a connection that is back is used at once", async () => {
  const sent = server(lost, saves("1"));
  const [queue] = opened();
  queue.add(written("a", "5"));
  await pass(0);
  dispatchEvent(new Event("online"));
  await pass(0);
  expect(sent.length).toBe(2);
  expect(queue.size).toBe(0);
});

test("the end of the session keeps what was written and asks for a login", async () => {
  const sent = server(json(401, {}), saves("1"));
  const [queue, log] = opened();
  queue.add(written("a", "5"));
  await pass(0);
  expect(log.troubles.at(-1)).toEqual([1, "login"]);
  await pass(1000);
  expect(sent.length).toBe(2);
  expect(queue.size).toBe(0);
});

test("what had no answer when the page was left goes on its way when the page is opened again", async () => {
  server(lost);
  const [queue] = opened();
  queue.add({ ...written("a", "5", "1"), comment: "молодец", due: "2026-10-01" });
  await pass(0);
  const sent = server(saves("1"));
  const [reopened] = opened();
  expect(reopened.size).toBe(1);
  await pass(0);
  expect(sent).toEqual([{ address: "/cells/a/", text: "5", seen: "1", comment: "молодец", due: "2026-10-01" }]);
  expect(sessionStorage.getItem(PLACE)).toBeNull();
});

test("a comment that nobody touched is not sent, an emptied one is", async () => {
  const sent = server(saves("1"), saves("2"));
  const [queue] = opened();
  queue.add(written("a", "5"));
  queue.add({ ...written("b", "5"), comment: "" });
  await pass(0);
  expect(sent[0]).not.toHaveProperty("comment");
  expect(sent[1]).toHaveProperty("comment", "");
});

test("a refusal and a conflict are told and let the next cell go on", async () => {
  server(json(409, { detail: "Уже изменили", theirs: "3", seen: "8.1" }), () => new Response("<p>", { status: 403 }), saves("1"));
  const [queue, log] = opened();
  for (const key of ["a", "b", "c"]) queue.add(written(key, "5"));
  await pass(0);
  expect(log.refusals.map(([{ key }, refused]) => [key, refused])).toEqual([
    ["a", { status: 409, detail: "Уже изменили", theirs: "3", seen: "8.1" }],
    ["b", { status: 403, detail: "" }],
  ]);
  expect(log.saves.map(([{ key }]) => key)).toEqual(["c"]);
});
