import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { show, template } from "./page";
import "../../myschool/files/islands/big-upload";

const MEGABYTE = 1_000_000;

type Asked = { method: string; url: string; headers: Record<string, string>; size: number };
type Answer = { status: number; headers?: Record<string, string>; body?: string } | "lost";

/** A server of tus: keeps what arrives, and breaks when the test says so. */
class Server {
  asked: Asked[] = [];
  stored = new Map<string, number>();
  /** What is answered instead of the next parts. */
  instead: Answer[] = [];
  #begun = 0;

  answer(request: Asked): Answer {
    this.asked.push(request);
    if (request.method === "POST") return this.#begin(request);
    const path = new URL(request.url, location.href).pathname;
    if (request.method === "HEAD") return this.#at(path, 200);
    const failure = this.instead.shift();
    if (failure) return failure;
    expect(Number(request.headers["Upload-Offset"])).toBe(this.stored.get(path));
    this.stored.set(path, this.stored.get(path)! + request.size);
    return this.#at(path, 204);
  }

  #begin({ headers }: Asked): Answer {
    expect(headers["X-CSRFToken"]).toBe("token");
    this.#begun += 1;
    const path = `/uploads/t${this.#begun}/`;
    this.stored.set(path, 0);
    this.#lengths.set(path, headers["Upload-Length"]!);
    return { status: 201, headers: { Location: path } };
  }

  #lengths = new Map<string, string>();

  #at(path: string, status: number): Answer {
    return { status, headers: { "Upload-Offset": String(this.stored.get(path)), "Upload-Length": this.#lengths.get(path)! } };
  }

  get parts(): Asked[] {
    return this.asked.filter(({ method }) => method === "PATCH");
  }
}

let server: Server;

/** The browser's request, which asks the server of the test. */
class Request {
  upload: { onprogress?: (event: object) => void } = {};
  onload = (): void => {};
  onerror = (_: object): void => {};
  status = 0;
  responseText = "";
  #asked: Asked = { method: "", url: "", headers: {}, size: 0 };
  #headers: Record<string, string> = {};

  open(method: string, url: string): void {
    this.#asked = { ...this.#asked, method, url };
  }

  setRequestHeader(name: string, value: string): void {
    this.#asked.headers[name] = value;
  }

  getResponseHeader(name: string): string | null {
    return this.#headers[name] ?? null;
  }

  send(body?: Blob): void {
    this.#asked.size = body?.size ?? 0;
    const answer = server.answer(this.#asked);
    setTimeout(() => {
      if (answer === "lost") return this.onerror(new Event("error"));
      this.upload.onprogress?.({ lengthComputable: true, loaded: this.#asked.size });
      [this.status, this.#headers, this.responseText] = [answer.status, answer.headers ?? {}, answer.body ?? ""];
      this.onload();
    });
  }

  abort(): void {
    this.onload = this.onerror = () => {};
  }
}

const pass = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);
const told = (): string => document.querySelector("[data-told]")!.textContent!;
const tokens = (): string[] => [...document.querySelectorAll<HTMLInputElement>("[name=uploads]")].map(({ value }) => value);
let submitted: number;

function submit(...sizes: number[]): void {
  const files = sizes.map((size, place) => new File([new Uint8Array(size)], `work${place}.pdf`, { lastModified: 1 }));
  const input = document.querySelector<HTMLInputElement>("[type=file]")!;
  Object.defineProperty(input, "files", { value: files, configurable: true });
  document.querySelector("form")!.dispatchEvent(new Event("submit", { cancelable: true, bubbles: true }));
}

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  server = new Server();
  vi.stubGlobal("XMLHttpRequest", Request);
  document.head.innerHTML = '<meta name="csrf-token" content="token">';
  show(`<big-upload data-name="uploads" data-begin="/uploads/" data-left="${20 * MEGABYTE}"><form>
    <input type="file"><input type="hidden" name="uploads" value="">${template("files/templates/files/_sending.html")}
    <button>Загрузить</button><button type="button" data-stop hidden>Остановить</button></form></big-upload>`);
  submitted = 0;
  document.querySelector("form")!.submit = () => void (submitted += 1);
});
afterEach(() => vi.useRealTimers());

test("a file goes in parts, and the form then names it by its token", async () => {
  submit(11 * MEGABYTE);
  await pass(100);
  expect(server.parts.map(({ size }) => size)).toEqual([5 * MEGABYTE, 5 * MEGABYTE, MEGABYTE]);
  expect([tokens(), submitted]).toEqual([["t1"], 1]);
});

test("several files go one after another, each with its token", async () => {
  submit(MEGABYTE, 2 * MEGABYTE);
  await pass(100);
  expect(server.asked.map(({ method }) => method)).toEqual(["POST", "PATCH", "POST", "PATCH"]);
  expect(tokens()).toEqual(["t1", "t2"]);
});

test("after a break the server is asked how much it has, and only the rest is sent", async () => {
  server.instead = ["lost"];
  submit(6 * MEGABYTE);
  await pass(100);
  expect(server.asked.map(({ method }) => method)).toEqual(["POST", "PATCH", "HEAD", "PATCH", "PATCH"]);
  expect([tokens(), submitted]).toEqual([["t1"], 1]);
});

test("breaks are waited out in growing pauses", async () => {
  server.instead = ["lost", { status: 502 }, { status: 500 }];
  submit(MEGABYTE);
  await pass(900);
  expect(server.parts.length).toBe(2);
  await pass(200);
  expect(server.parts.length).toBe(3);
  await pass(2800);
  expect(submitted).toBe(0);
  await pass(300);
  expect([server.parts.length, submitted]).toEqual([4, 1]);
});

test("a longer break is told, and the button goes on where sending stopped", async () => {
  server.instead = Array<Answer>(6).fill("lost");
  submit(6 * MEGABYTE);
  await pass(60_000);
  expect(told()).toContain("Связь прервалась");
  expect([tokens(), submitted]).toEqual([[""], 0]);
  server.stored.set("/uploads/t1/", 5 * MEGABYTE);
  server.asked = [];
  submit(6 * MEGABYTE);
  await pass(100);
  expect(server.asked.map(({ method, size }) => [method, size])).toEqual([["HEAD", 0], ["PATCH", MEGABYTE]]);
  expect([tokens(), submitted]).toEqual([["t1"], 1]);
});

test("a refusal is told in the server's own words and not tried again", async () => {
  server.instead = [{ status: 422, body: JSON.stringify({ detail: "Такие файлы не принимаем." }) }];
  submit(MEGABYTE);
  await pass(60_000);
  expect(told()).toBe("Такие файлы не принимаем.");
  expect([server.parts.length, submitted]).toEqual([1, 0]);
});

test("sending that was stopped says how to go on", async () => {
  submit(11 * MEGABYTE);
  await pass(1);
  document.querySelector<HTMLButtonElement>("[data-stop]")!.click();
  await pass(60_000);
  expect(told()).toContain("Загрузка остановлена");
  expect(submitted).toBe(0);
});

test("more than there is room for is not begun", async () => {
  submit(15 * MEGABYTE, 6 * MEGABYTE);
  await pass(100);
  expect(told()).toBe("(no_room)");
  expect([server.asked, submitted]).toEqual([[], 0]);
});

test("a form without files, or with an empty one, goes to the server as it is", async () => {
  submit();
  submit(MEGABYTE, 0);
  await pass(100);
  expect(server.asked).toEqual([]);
});
