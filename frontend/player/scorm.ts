/** Runs a SCORM 1.2 or 2004 package: the API that it looks for in its parents is scorm-again's. */
import { Scorm12API, Scorm2004API } from "scorm-again";
import { frameOf, keep, stage, told, type Part } from "./keep";

interface Api {
  on(name: string, call: () => void): void;
  loadFromJSON(memory: object, path?: string): void;
  renderCommitCMI(terminate: boolean): { cmi?: Memory } & Record<string, unknown>;
}
type Memory = Record<string, unknown>;
interface Kept {
  cmi: Memory | null;
  finished: boolean;
  passed: boolean | null;
  score: number | null;
}
type Outcome = Omit<Kept, "cmi">;

const is2004 = stage.dataset.format === "scorm2004";
const kept: Record<string, Kept> = (told.memory.parts as Record<string, Kept> | undefined) ?? {};

/** Open a part with an API of its own, as if it were alone. */
function open(part: Part): void {
  stage.querySelector("iframe")?.remove();
  const settings = { autocommit: true, autocommitSeconds: 5, logLevel: 5, mastery_override: true };
  const api = (is2004 ? new Scorm2004API(settings) : new Scorm12API(settings)) as unknown as Api;
  const memory = kept[part.id]?.cmi;
  if (memory) api.loadFromJSON(memory);
  const names = is2004 ? ["Commit", "Terminate"] : ["LMSCommit", "LMSFinish"];
  for (const name of names) api.on(name, () => save(part, api, name === names[1]));
  if (is2004) window.API_1484_11 = api;
  else window.API = api;
  stage.append(frameOf(part.href, part.title || document.title));
}

function save(part: Part, api: Api, isOver: boolean): void {
  const rendered = api.renderCommitCMI(isOver);
  const cmi = (rendered.cmi ?? rendered) as Memory;
  kept[part.id] = { cmi, ...(is2004 ? outcome2004(cmi, part) : outcome12(cmi, part)) };
  const done = told.parts.map((one) => kept[one.id]);
  const scores = done.map((one) => one?.score).filter((score): score is number => typeof score === "number");
  const judged = done.map((one) => one?.passed).filter((word): word is boolean => typeof word === "boolean");
  void keep({
    memory: { ...told.memory, parts: kept, last: part.id },
    finished: done.every((one) => one?.finished),
    passed: judged.length ? judged.every(Boolean) : null,
    score: scores.length ? scores.reduce((sum, score) => sum + score, 0) / scores.length : null,
  });
}

const number = (value: unknown): number | null => {
  const read = Number.parseFloat(String(value ?? ""));
  return Number.isFinite(read) ? read : null;
};
const at = (memory: Memory, ...path: string[]): unknown =>
  path.reduce<unknown>((here, name) => (here as Memory | undefined)?.[name], memory);

function scaled(score: Memory | undefined): number | null {
  const ready = number(score?.scaled);
  if (ready !== null) return Math.min(1, Math.max(0, ready));
  const raw = number(score?.raw);
  if (raw === null) return null;
  const least = number(score?.min) ?? 0;
  const most = number(score?.max) ?? 100;
  return most > least ? Math.min(1, Math.max(0, (raw - least) / (most - least))) : null;
}

function outcome12(cmi: Memory, part: Part): Outcome {
  const status = String(at(cmi, "core", "lesson_status") ?? "");
  const score = scaled(at(cmi, "core", "score") as Memory | undefined);
  const passed = status === "passed" ? true : status === "failed" ? false : null;
  const judged = part.passing !== null && score !== null ? score >= part.passing : passed;
  return { finished: ["passed", "failed", "completed"].includes(status), passed: judged, score };
}

function outcome2004(cmi: Memory, part: Part): Outcome {
  const score = scaled(at(cmi, "score") as Memory | undefined);
  const success = String(at(cmi, "success_status") ?? "");
  const passed = success === "passed" ? true : success === "failed" ? false : null;
  const judged = part.passing !== null && score !== null ? score >= part.passing : passed;
  return { finished: at(cmi, "completion_status") === "completed" || passed !== null, passed: judged, score };
}

declare global {
  interface Window {
    API?: Api;
    API_1484_11?: Api;
  }
}

const contents = document.getElementById("parts") as HTMLSelectElement | null;
const first = told.parts.find((one) => one.id === told.memory.last) ?? told.parts[0]!;
if (contents) {
  contents.value = first.id;
  contents.addEventListener("change", () => open(told.parts.find((one) => one.id === contents.value)!));
}
open(first);
