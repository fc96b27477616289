import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** The browser's stream, in the hands of the test. */
class Stream extends EventTarget {
  static readonly CLOSED = 2;
  static all: Stream[] = [];
  readyState = 0;

  constructor(readonly url: string) {
    super();
    Stream.all.push(this);
  }

  close(): void {
    this.readyState = Stream.CLOSED;
  }

  /** The server's word. */
  tell(topic: string, id = ""): void {
    this.dispatchEvent(new MessageEvent(topic, { data: "{}", lastEventId: id }));
  }

  /** The connection breaks; the browser itself tries again, unless it has given up. */
  breaks(givesUp: boolean): void {
    if (givesUp) this.readyState = Stream.CLOSED;
    this.dispatchEvent(new Event("error"));
  }

  get asked(): [topics: string[], since: string | null] {
    const { searchParams } = new URL(this.url);
    return [searchParams.getAll("topic"), searchParams.get("since")];
  }
}

let listen: typeof import("@lib/live").listen;
let said: string[];
let stop: AbortController;

const pass = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);
const last = (): Stream => Stream.all.at(-1)!;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  vi.stubGlobal("EventSource", Stream);
  Stream.all = [];
  document.head.innerHTML = '<meta name="live-url" content="https://live.example/feed" data-since="40.0">';
  ({ listen } = await import("@lib/live"));
  said = [];
  stop = new AbortController();
  for (const how of ["here", "away", "refused", "ended"]) {
    document.addEventListener(`live:${how}`, () => said.push(how), { signal: stop.signal });
  }
});
afterEach(() => {
  stop.abort();
  vi.useRealTimers();
});

test("the parts of a page share one stream, which begins where the page was made", async () => {
  const life = new AbortController().signal;
  const heard = vi.fn();
  listen("desk:7", life, heard);
  listen("bell:3", life, vi.fn());
  await pass();
  expect(Stream.all.map(({ asked }) => asked)).toEqual([[["bell:3", "desk:7"], "40"]]);
  last().tell("desk:7");
  expect(heard).toHaveBeenCalledTimes(1);
});

test("a part that comes later opens the stream anew from the last word; a part that is fetched again does not", async () => {
  const life = new AbortController();
  listen("desk:7", life.signal, vi.fn());
  await pass();
  last().tell("desk:7", "55.0");
  listen("bell:3", new AbortController().signal, vi.fn());
  await pass();
  expect(Stream.all.length).toBe(2);
  expect(Stream.all[0]!.readyState).toBe(Stream.CLOSED);
  expect(last().asked).toEqual([["bell:3", "desk:7"], "55"]);
  life.abort();
  listen("desk:7", new AbortController().signal, vi.fn());
  await pass();
  expect(Stream.all.length).toBe(2);
});

test("a part that has gone hears nothing, and a page without parts has no stream", async () => {
  const life = new AbortController();
  const heard = vi.fn();
  listen("desk:7", life.signal, heard);
  await pass();
  life.abort();
  last().tell("desk:7");
  await pass();
  expect(heard).not.toHaveBeenCalled();
  expect(Stream.all.length).toBe(1);
  expect(last().readyState).toBe(Stream.CLOSED);
});

test("a feed goes on from the position that the page has", async () => {
  let position = 12;
  listen("chat:7", new AbortController().signal, vi.fn(), () => position);
  await pass();
  expect(last().asked[1]).toBe("40.12");
  last().tell("chat:7", "61.13");
  position = 13;
  vi.stubGlobal("fetch", async () => new Response(""));
  last().breaks(true);
  await pass(3000);
  expect(last().asked).toEqual([["chat:7"], "61.13"]);
});

test("a browser that tries again by itself is left to it", async () => {
  const asked = vi.fn();
  vi.stubGlobal("fetch", asked);
  listen("desk:7", new AbortController().signal, vi.fn());
  await pass();
  last().dispatchEvent(new Event("open"));
  last().breaks(false);
  await pass(60_000);
  expect(said).toEqual(["here", "away"]);
  expect(asked).not.toHaveBeenCalled();
  expect(Stream.all.length).toBe(1);
});

test("where the browser has given up, the server is asked until it is back", async () => {
  const answers = [Promise.reject(new TypeError()), Promise.reject(new TypeError()), Promise.resolve(new Response(""))];
  for (const answer of answers) answer.catch(() => {});
  const asked = vi.fn(async () => answers.shift()!);
  vi.stubGlobal("fetch", asked);
  listen("desk:7", new AbortController().signal, vi.fn());
  await pass();
  last().breaks(true);
  await pass(2999);
  expect(asked).not.toHaveBeenCalled();
  await pass(1);
  expect(asked).toHaveBeenCalledTimes(1);
  await pass(3000);
  expect([asked.mock.calls.length, Stream.all.length]).toEqual([2, 1]);
  await pass(3000);
  expect([asked.mock.calls.length, Stream.all.length]).toEqual([3, 2]);
  last().dispatchEvent(new Event("open"));
  expect(said).toEqual(["away", "here"]);
});

test("who may no longer hear is told so, and the server is asked no more", async () => {
  const asked = vi.fn(async () => new Response("", { status: 403 }));
  vi.stubGlobal("fetch", asked);
  listen("desk:7", new AbortController().signal, vi.fn());
  await pass();
  last().breaks(true);
  await pass(60_000);
  expect(said).toEqual(["away", "refused"]);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(Stream.all.length).toBe(1);
});

test("the end of the session ends the stream for good", async () => {
  listen("desk:7", new AbortController().signal, vi.fn());
  await pass();
  last().tell("ended");
  await pass(60_000);
  expect(said).toEqual(["ended"]);
  expect(last().readyState).toBe(Stream.CLOSED);
  expect(Stream.all.length).toBe(1);
});
