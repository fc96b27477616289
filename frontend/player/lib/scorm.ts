/** What both generations of SCORM need: parts that are opened one at a time, and what is kept of each. */
import { frameOf, keep, stage, told, type Part } from "./keep";

/** What scorm-again offers of an API. */
export interface Api {
  on(name: string, call: () => void): void;
  loadFromJSON(memory: object, path?: string): void;
  renderCommitCMI(terminate: boolean): { cmi?: Memory } & Record<string, unknown>;
}
export type Memory = Record<string, unknown>;
interface Kept {
  cmi: Memory | null;
  finished: boolean;
  passed: boolean | null;
  score: number | null;
}
export type Outcome = Omit<Kept, "cmi">;

/** A generation: a new API where its packages look for it, the calls that save, and what its memory means. */
export interface Generation {
  api(settings: object): Api;
  commit: string;
  end: string;
  outcome(cmi: Memory, part: Part): Outcome;
}

/** Open the part that was open last, and whichever is chosen. */
export function run(generation: Generation): void {
  const kept: Record<string, Kept> = (told.memory.parts as Record<string, Kept> | undefined) ?? {};

  /** Open a part with an API of its own, as if it were alone. */
  function open(part: Part): void {
    stage.querySelector("iframe")?.remove();
    const api = generation.api({ autocommit: true, autocommitSeconds: 5, logLevel: 5, mastery_override: true });
    const memory = kept[part.id]?.cmi;
    if (memory) api.loadFromJSON(memory);
    for (const name of [generation.commit, generation.end]) {
      api.on(name, () => save(part, api, name === generation.end));
    }
    stage.append(frameOf(part.href, part.title || document.title));
  }

  function save(part: Part, api: Api, isOver: boolean): void {
    const rendered = api.renderCommitCMI(isOver);
    const cmi = (rendered.cmi ?? rendered) as Memory;
    kept[part.id] = { cmi, ...generation.outcome(cmi, part) };
    const done = told.parts.map((one) => kept[one.id]);
    const scores = done.map((one) => one?.score).filter((score): score is number => typeof score === "number");
    const verdicts = done.map((one) => one?.passed).filter((word): word is boolean => typeof word === "boolean");
    void keep({
      memory: { ...told.memory, parts: kept, last: part.id },
      finished: done.every((one) => one?.finished),
      passed: verdicts.length ? verdicts.every(Boolean) : null,
      score: scores.length ? scores.reduce((sum, score) => sum + score, 0) / scores.length : null,
    });
  }

  const contents = document.getElementById("parts") as HTMLSelectElement | null;
  const first = told.parts.find((one) => one.id === told.memory.last) ?? told.parts[0]!;
  if (contents) {
    contents.value = first.id;
    contents.addEventListener("change", () => open(told.parts.find((one) => one.id === contents.value)!));
  }
  open(first);
}

const number = (value: unknown): number | null => {
  const read = Number.parseFloat(String(value ?? ""));
  return Number.isFinite(read) ? read : null;
};

/** What lies in a memory at the end of a path. */
export const at = (memory: Memory, ...path: string[]): unknown =>
  path.reduce<unknown>((here, name) => (here as Memory | undefined)?.[name], memory);

/** A score as a number between 0 and 1. */
export function scaled(score: Memory | undefined): number | null {
  const ready = number(score?.scaled);
  if (ready !== null) return Math.min(1, Math.max(0, ready));
  const raw = number(score?.raw);
  if (raw === null) return null;
  const least = number(score?.min) ?? 0;
  const most = number(score?.max) ?? 100;
  return most > least ? Math.min(1, Math.max(0, (raw - least) / (most - least))) : null;
}

/** Whether a part is passed: by its passing score where it has one, else as the package says. */
export const judged = (part: Part, score: number | null, passed: boolean | null): boolean | null =>
  part.passing !== null && score !== null ? score >= part.passing : passed;
